import type { Worker } from "node:worker_threads";
import type { Embeddings } from "../../core/documents/ports.ts";
import { AbortedError, AppError } from "../../core/shared/errors.ts";
import { unlessAborted } from "./abort.ts";
import type { EmbeddingJob, EmbeddingReply } from "./embedding-worker.ts";
import { startWorker } from "./start-worker.ts";

/** More texts at once cost memory (256 took 589 MB) and hold up other callers. */
const BATCH_SIZE = 32;

interface PendingJob {
  resolve(vectors: Float32Array): void;
  reject(error: Error): void;
}

/** One running thread and the calls that wait for it; a thread that ended is never used again. */
class EmbeddingThread {
  private readonly worker: Worker;
  private readonly pending = new Map<number, PendingJob>();
  private nextId = 1;
  ended = false;

  constructor() {
    this.worker = startWorker("embedding-worker");
    this.worker.on("message", (reply: EmbeddingReply) => this.settle(reply));
    this.worker.on("error", (error) => this.end(error));
    this.worker.on("exit", (code) => this.end(new Error(`the embedding thread ended with code ${code}`)));
    // After the listeners: a new message listener would hold the process again.
    this.worker.unref();
  }

  embed(texts: readonly string[]): Promise<Float32Array> {
    if (this.ended) return Promise.reject(embeddingsUnavailable());
    const job: EmbeddingJob = { id: this.nextId++, texts };
    return new Promise((resolve, reject) => {
      this.pending.set(job.id, { resolve, reject });
      this.worker.postMessage(job);
    });
  }

  async terminate(): Promise<void> {
    this.end(new Error("the embedding thread was closed"));
    await this.worker.terminate();
  }

  private settle(reply: EmbeddingReply): void {
    const job = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if ("vectors" in reply) job?.resolve(reply.vectors);
    else job?.reject(embeddingsUnavailable(new Error(reply.error)));
  }

  private end(cause: unknown): void {
    this.ended = true;
    for (const job of this.pending.values()) job.reject(embeddingsUnavailable(cause));
    this.pending.clear();
  }
}

/** Universal Sentence Encoder Lite in a thread of its own; English, 512 numbers, texts of up to about 500 characters. */
export class OfflineEmbeddings implements Embeddings {
  readonly name = "embedded/use-lite";
  private thread: EmbeddingThread | undefined;
  private closed = false;

  /** Loads the model ahead of the first call. */
  start(): void {
    this.running();
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    if (texts.some((text) => text === "")) throw new TypeError("an empty text cannot be embedded");
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH_SIZE) {
      if (signal?.aborted) throw new AbortedError();
      const batch = texts.slice(from, from + BATCH_SIZE);
      vectors.push(...split(await unlessAborted(this.running().embed(batch), signal), batch.length));
    }
    return vectors;
  }

  /** Ends the thread; later calls fail. */
  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.terminate();
  }

  private running(): EmbeddingThread {
    if (this.closed) throw embeddingsUnavailable();
    if (this.thread === undefined || this.thread.ended) this.thread = new EmbeddingThread();
    return this.thread;
  }
}

function split(vectors: Float32Array, count: number): Float32Array[] {
  const size = vectors.length / count;
  return Array.from({ length: count }, (_, index) => vectors.slice(index * size, (index + 1) * size));
}

function embeddingsUnavailable(cause?: unknown): AppError {
  const message = "the embedding model did not answer; retry";
  return new AppError("upstream_failed", "embeddings_unavailable", message, { cause });
}
