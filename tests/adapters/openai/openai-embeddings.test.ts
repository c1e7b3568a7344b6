import { describe, expect, it } from "vitest";
import { connectOpenAi } from "../../../adapters/openai/client.ts";
import { OpenAiEmbeddings } from "../../../adapters/openai/openai-embeddings.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { describeEmbeddings } from "../../contracts/embeddings.contract.ts";
import { type RecordedRequest, startOpenAiServer } from "../../support/openai-server.ts";
import { openBench } from "./support.ts";

const CONFIG = { provider: "openai-compatible", model: "embed-small" } as const;
const UNAVAILABLE = {
  code: "upstream_failed",
  reason: "embeddings_unavailable",
  message: "the embedding model did not answer; retry",
  retryAfterSeconds: 5,
};

describeEmbeddings("the OpenAI adapter", async () => {
  const server = await startOpenAiServer();
  const { client, close } = connectOpenAi({ apiKey: undefined, baseUrl: server.url });
  return {
    embeddings: new OpenAiEmbeddings({ client, config: CONFIG }),
    semantic: true, // the stand-in knows that texts which share words are near
    close: async () => {
      await close();
      await server.close();
    },
  };
});

async function open() {
  const bench = await openBench();
  return { ...bench, embeddings: new OpenAiEmbeddings({ client: bench.client, config: CONFIG }) };
}

describe("embeddings of an OpenAI server", () => {
  it("carry provider and model in their name", async () => {
    const { embeddings } = await open();
    expect(embeddings.name).toBe("openai-compatible:embed-small");
  });

  it("are asked for as numbers: a server that ignores base64 would be misread in silence", async () => {
    const { server, embeddings } = await open();
    await embeddings.embed(["a"]);
    expect(server.requests[0]?.body).toEqual({ model: "embed-small", input: ["a"], encoding_format: "float" });
  });

  it("are asked for at most 128 at once, and come back in order", async () => {
    const { server, embeddings } = await open();
    const texts = Array.from({ length: 300 }, (_, at) => `text ${at}`);
    const place = (text: string): number => Number(text.slice(5));
    const vector = (text: string, index: number) => ({
      index,
      embedding: [Math.cos(place(text)), Math.sin(place(text))],
    });
    server.default(({ body }: RecordedRequest) => ({ data: body.input.map(vector) }), "embeddings");
    const vectors = await embeddings.embed(texts);
    expect(server.requests.map(({ body }) => body.input.length)).toEqual([128, 128, 44]);
    expect(vectors).toHaveLength(300);
    for (const [at, one] of vectors.entries()) expect(one[0]).toBeCloseTo(Math.cos(at), 5);
  });

  it("are put in order by their index", async () => {
    const { server, embeddings } = await open();
    server.next(
      {
        data: [
          { index: 1, embedding: [0, 2] },
          { index: 0, embedding: [3, 0] },
        ],
      },
      "embeddings",
    );
    expect(await embeddings.embed(["a", "b"])).toEqual([new Float32Array([1, 0]), new Float32Array([0, 1])]);
  });

  it.each([
    ["500", { status: 500 }],
    ["401", { status: 401 }],
    ["a web page", { raw: "<html>", contentType: "text/html" }],
    ["broken JSON", { raw: "{" }],
    ["too few", { data: [{ index: 0, embedding: [1] }] }],
    [
      "the same one twice",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 0, embedding: [1] },
        ],
      },
    ],
    [
      "different lengths",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 1, embedding: [1, 2] },
        ],
      },
    ],
    [
      "base64",
      {
        data: [
          { index: 0, embedding: "AACAPw==" },
          { index: 1, embedding: "AACAPw==" },
        ],
      },
    ],
    [
      "something that is no number",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 1, embedding: [null] },
        ],
      },
    ],
    [
      "no direction",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 1, embedding: [0] },
        ],
      },
    ],
    [
      "nothing",
      {
        data: [
          { index: 0, embedding: [] },
          { index: 1, embedding: [] },
        ],
      },
    ],
  ])("are embeddings_unavailable when the server gives %s", async (_title, script) => {
    const { server, embeddings } = await open();
    server.default(script, "embeddings");
    await expect(embeddings.embed(["a", "b"])).rejects.toMatchObject(UNAVAILABLE);
  });

  it("keep the dimension they began with", async () => {
    const { server, embeddings } = await open();
    await embeddings.embed(["a"]);
    server.next({ data: [{ index: 0, embedding: [1, 2, 3] }] }, "embeddings");
    await expect(embeddings.embed(["a"])).rejects.toMatchObject(UNAVAILABLE);
  });

  it("end when the caller leaves", async () => {
    const { server, embeddings } = await open();
    server.next({ hang: true }, "embeddings");
    const caller = new AbortController();
    const embedding = embeddings.embed(["a"], caller.signal);
    const request = await server.received("embeddings");
    caller.abort();
    await expect(embedding).rejects.toBeInstanceOf(AbortedError);
    await server.left(request);
  });
});
