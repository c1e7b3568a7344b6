import { describe, expect, it } from "vitest";
import { checkOpenAi } from "../../../adapters/openai/openai-health.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { openBench } from "./support.ts";

const signal = (): AbortSignal => new AbortController().signal;

describe("the health of an OpenAI server", () => {
  it("is good when it lists its models, which is all that is asked", async () => {
    const { server, client } = await openBench();
    await expect(checkOpenAi(client, signal())).resolves.toBeUndefined();
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /v1/models"]);
  });

  it.each([
    ["500", { status: 500 }],
    ["401", { status: 401 }],
    ["a web page", { raw: "<html>", contentType: "text/html" }],
    ["broken JSON", { raw: "{" }],
  ])("is bad after one answer of %s", async (_title, script) => {
    const { server, client } = await openBench();
    server.default(script, "models");
    await expect(checkOpenAi(client, signal())).rejects.toMatchObject({ reason: "model_unavailable" });
    expect(server.requests).toHaveLength(1);
  });

  it("is not waited for when nobody asks any more", async () => {
    const { server, client } = await openBench();
    server.default({ hang: true }, "models");
    const asker = new AbortController();
    const check = checkOpenAi(client, asker.signal);
    await server.received("models");
    asker.abort();
    await expect(check).rejects.toBeInstanceOf(AbortedError);
  });
});
