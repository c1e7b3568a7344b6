import type { OpenAI } from "openai";
import type { Embeddings } from "../../core/documents/ports.ts";
import { embeddingsFailure, ProtocolError } from "./errors.ts";
import { untilAborted } from "./until-aborted.ts";
import { entriesOf } from "./wire.ts";

export interface OpenAiEmbeddingsDeps {
  client: OpenAI;
  config: { provider: "openai" | "openai-compatible"; model: string };
}

/** Texts a request; OpenAI takes 2048, local servers far fewer. */
const BATCH = 128;

export class OpenAiEmbeddings implements Embeddings {
  readonly name: string;
  private readonly client: OpenAI;
  private readonly model: string;
  private dimension: number | undefined;

  constructor(deps: OpenAiEmbeddingsDeps) {
    this.client = deps.client;
    this.model = deps.config.model;
    this.name = `${deps.config.provider}:${this.model}`;
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    try {
      for (let start = 0; start < texts.length; start += BATCH) {
        vectors.push(...(await this.embedBatch(texts.slice(start, start + BATCH), signal)));
      }
    } catch (error) {
      throw embeddingsFailure(error, signal);
    }
    return vectors;
  }

  private async embedBatch(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    // The client asks for base64 by default and takes a server's plain numbers for it in silence.
    const body = { model: this.model, input: texts, encoding_format: "float" as const };
    const reply: unknown = await untilAborted(this.client.embeddings.create(body, signal && { signal }), signal);
    const entries = entriesOf(reply);
    if (entries?.length !== texts.length) throw new ProtocolError("not one vector for each text");
    const vectors = new Map(entries.map((entry, place) => [entry.index ?? place, this.unit(entry.embedding)]));
    return texts.map((_text, place) => {
      const vector = vectors.get(place);
      if (vector === undefined) throw new ProtocolError("a text without a vector");
      return vector;
    });
  }

  private unit(numbers: unknown): Float32Array {
    if (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every(Number.isFinite)) {
      throw new ProtocolError("a vector that is no list of numbers");
    }
    this.dimension ??= numbers.length;
    if (numbers.length !== this.dimension) throw new ProtocolError("vectors of different length");
    const length = Math.sqrt(numbers.reduce((sum: number, number: number) => sum + number * number, 0));
    if (!Number.isFinite(length) || length === 0) throw new ProtocolError("a vector without direction");
    return Float32Array.from(numbers, (number: number) => number / length);
  }
}
