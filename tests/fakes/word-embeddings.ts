import type { Embeddings } from "../../core/documents/ports.ts";
import { AbortedError } from "../../core/shared/errors.ts";

const DIMENSION = 64;

/** Embeddings that know words but no meanings: texts are near when they share words. */
export class WordEmbeddings implements Embeddings {
  readonly name: string;
  /** Every text that was asked for. */
  readonly embedded: string[] = [];
  /** Thrown by the next calls while it is set. */
  failure: Error | undefined;

  constructor(name = "fake/words") {
    this.name = name;
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    if (signal?.aborted) throw new AbortedError();
    if (this.failure !== undefined) throw this.failure;
    this.embedded.push(...texts);
    return texts.map(vectorOf);
  }
}

function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    const place = [...word].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % DIMENSION, 7);
    vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
