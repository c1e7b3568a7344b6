import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Embeddings } from "../../core/documents/ports.ts";
import { unlessAborted } from "./abort.ts";
import { MAX_PASSAGE_LENGTH, type Passage, passagesOf } from "./passages.ts";
import { type Question, type SearchResult, SentenceIndex } from "./rank.ts";
import { VectorCache } from "./vector-cache.ts";

/** Small, so that a question does not wait long behind the library in the model's queue. */
const INDEX_BATCH = 16;

export interface LibraryOptions {
  embeddings: Embeddings;
  /** Folder of the Markdown files. */
  folder: string;
  /** How that folder is called in references, e.g. `docs/guide`. */
  reference: string;
  /** Where vectors are kept between two starts; undefined keeps none. */
  cacheFolder?: string | undefined;
  /** Score below which the library quotes nothing. */
  threshold: number;
  /** Told when vectors could not be kept; the library works all the same. */
  onCacheError?: (error: unknown) => void;
}

/** The documents the built-in answerer quotes from. */
export class Library {
  private readonly options: LibraryOptions;
  private index: Promise<SentenceIndex> | undefined;

  constructor(options: LibraryOptions) {
    this.options = options;
  }

  /** Begins to read and embed the documents; `search` waits for the end and tries again after a failure. */
  start(): void {
    // Boundary: nobody waits here, and the next search meets the same failure.
    this.ready().catch(() => {});
  }

  /** Throws AppError upstream_failed `embeddings_unavailable`. */
  async ready(signal?: AbortSignal): Promise<SentenceIndex> {
    if (this.index === undefined) {
      const index = this.build();
      this.index = index;
      index.catch(() => {
        this.index = undefined;
      });
    }
    return unlessAborted(this.index, signal);
  }

  async search(text: string, signal?: AbortSignal): Promise<SearchResult> {
    const question = await this.question(text, signal);
    const index = await this.ready(signal);
    return index.search(question, this.options.threshold);
  }

  /** Searches sentences that belong to no document in the same way. */
  async searchSentences(text: string, sentences: readonly string[], signal?: AbortSignal): Promise<SearchResult> {
    if (sentences.length === 0) return { score: -1, quotes: [] };
    const question = await this.question(text, signal);
    const vectors = await this.options.embeddings.embed(sentences, signal);
    const passages = sentences.map((sentence) => ({ title: "", section: "", ref: "", sentences: [sentence] }));
    // So few sentences hold so few words that a word they lack says nothing.
    const index = new SentenceIndex(
      passages,
      vectors.map((vector) => [vector]),
      0,
    );
    return index.search(question, this.options.threshold);
  }

  /** True when each telling word of the text occurs in some document. */
  async knowsWordsOf(text: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.ready(signal)).unknownShare(text) === 0;
  }

  private async question(text: string, signal?: AbortSignal): Promise<Question> {
    const short = text.slice(0, MAX_PASSAGE_LENGTH);
    const [vector = new Float32Array()] = await this.options.embeddings.embed([short], signal);
    return { text: short, vector };
  }

  private async build(): Promise<SentenceIndex> {
    const passages = await this.readPassages();
    const vectors = await this.vectorsOf(passages.flatMap((passage) => passage.sentences.map(spoken)));
    let next = 0;
    const byPassage = passages.map(({ sentences }) => {
      next += sentences.length;
      return vectors.slice(next - sentences.length, next);
    });
    return new SentenceIndex(passages, byPassage);
  }

  private async readPassages(): Promise<Passage[]> {
    const names = (await readdir(this.options.folder)).filter((name) => name.endsWith(".md")).sort();
    const files = names.map(async (name) => {
      const markdown = await readFile(join(this.options.folder, name), "utf8");
      return passagesOf(markdown, `${this.options.reference}/${name}`);
    });
    return (await Promise.all(files)).flat();
  }

  private async vectorsOf(texts: string[]): Promise<Float32Array[]> {
    const { embeddings, cacheFolder, onCacheError } = this.options;
    const cache = cacheFolder === undefined ? undefined : new VectorCache(cacheFolder);
    const kept = await cache?.find(embeddings.name, texts);
    if (kept !== undefined) return kept;
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += INDEX_BATCH) {
      vectors.push(...(await embeddings.embed(texts.slice(from, from + INDEX_BATCH))));
    }
    // Best effort: without the file the next start computes them again.
    await cache?.save(embeddings.name, texts, vectors).catch((error: unknown) => onCacheError?.(error));
    return vectors;
  }
}

/** A sentence as it is read aloud: marks of literal text only disturb the model. */
function spoken(sentence: string): string {
  return sentence.replace(/`/g, "") || sentence;
}
