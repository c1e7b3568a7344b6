import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OfflineEmbeddings } from "../../../adapters/offline/offline-embeddings.ts";
import { dot } from "../../../adapters/offline/rank.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { describeEmbeddings } from "../../contracts/embeddings.contract.ts";
import { WordEmbeddings } from "../../fakes/word-embeddings.ts";

describeEmbeddings("OfflineEmbeddings", async () => {
  const embeddings = new OfflineEmbeddings();
  return { embeddings, semantic: true, close: () => embeddings.close() };
});

describeEmbeddings("WordEmbeddings", async () => ({ embeddings: new WordEmbeddings(), semantic: false }));

const UNAVAILABLE = {
  code: "upstream_failed",
  reason: "embeddings_unavailable",
  message: "the embedding model did not answer; retry",
};

/** Ends the thread from outside, as a crash would. */
async function crash(embeddings: OfflineEmbeddings): Promise<void> {
  const { thread } = embeddings as unknown as { thread: { worker: { terminate(): Promise<number> } } };
  await thread.worker.terminate();
}

describe("OfflineEmbeddings", () => {
  let embeddings: OfflineEmbeddings;

  beforeEach(() => {
    embeddings = new OfflineEmbeddings();
  });

  afterEach(async () => {
    await embeddings.close();
  });

  it("gives 512 numbers a text, in order, for more texts than one batch holds", async () => {
    const texts = Array.from({ length: 35 }, (_, number) => `ship number ${number}`);
    const vectors = await embeddings.embed(texts);
    expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => 512));
    const [last] = await embeddings.embed(["ship number 34"]);
    const cosines = vectors.map((vector) => dot(vector, last ?? new Float32Array()));
    expect(cosines[34]).toBeCloseTo(1, 4);
  });

  it("refuses an empty text and goes on with others", async () => {
    await expect(embeddings.embed(["good", ""])).rejects.toThrow(TypeError);
    expect(await embeddings.embed(["good"])).toHaveLength(1);
  });

  it("lets a caller go who leaves while it computes", async () => {
    const caller = new AbortController();
    const leaving = embeddings.embed(["one", "two"], caller.signal);
    caller.abort();
    await expect(leaving).rejects.toBeInstanceOf(AbortedError);
    expect(await embeddings.embed(["three"])).toHaveLength(1);
  });

  it("fails the calls that wait when its thread ends, and starts another one for the next", async () => {
    embeddings.start();
    const waiting = expect(embeddings.embed(["lost"])).rejects.toMatchObject(UNAVAILABLE);
    await crash(embeddings);
    await waiting;
    expect(await embeddings.embed(["found"])).toHaveLength(1);
  });

  it("does not keep the process alive once it is idle", async () => {
    const script = `
      import { OfflineEmbeddings } from "./adapters/offline/offline-embeddings.ts";
      const alive = setInterval(() => {}, 1000);
      await new OfflineEmbeddings().embed(["one"]);
      clearInterval(alive);
      console.log("idle");
    `;
    const args = ["--import", "tsx", "--input-type", "module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 12_000 });
    expect(stdout.trim()).toBe("idle");
  });

  it("embeds whatever a stranger may write", async () => {
    const odd = ["🙂", " ", "\u0000", "汉字", "\ud800", "?!", "a".repeat(5_000)];
    const vectors = await embeddings.embed(odd);
    expect(vectors.map((vector) => vector.length)).toEqual(odd.map(() => 512));
    expect(vectors.every((vector) => vector.every(Number.isFinite))).toBe(true);
  });

  it("fails what waits and what comes once it is closed", async () => {
    const waiting = expect(embeddings.embed(["late"])).rejects.toMatchObject(UNAVAILABLE);
    await embeddings.close();
    await waiting;
    await expect(embeddings.embed(["later"])).rejects.toMatchObject(UNAVAILABLE);
    await expect(embeddings.close()).resolves.toBeUndefined();
  });
});
