import { afterEach, describe, expect, it, vi } from "vitest";
import { connectOpenAi } from "../../../adapters/openai/client.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import { KEY, openBench } from "./support.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the connection to an OpenAI server", () => {
  it("sends the key it was given", async () => {
    const { server, client } = await openBench({ key: KEY });
    await client.get("/models");
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it("needs no key for a server that asks for none", async () => {
    const server = await startOpenAiServer();
    const { client, close } = connectOpenAi({ apiKey: undefined, baseUrl: server.url });
    await expect(client.get("/models")).resolves.toMatchObject({ object: "list" });
    await close();
    await server.close();
  });

  it("takes nothing from the environment", async () => {
    vi.stubEnv("OPENAI_ORG_ID", "org-of-the-shell");
    vi.stubEnv("OPENAI_PROJECT_ID", "project-of-the-shell");
    vi.stubEnv("OPENAI_ADMIN_KEY", "key-of-the-shell");
    vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:9");
    const { server, client } = await openBench();
    await client.get("/models");
    expect(JSON.stringify(server.requests[0]?.headers)).not.toContain("of-the-shell");
    expect(connectOpenAi({ apiKey: KEY, baseUrl: undefined }).client.baseURL).toBe("https://api.openai.com/v1");
  });

  it("uses its sockets again, and no more of them than allowed", async () => {
    const server = await startOpenAiServer();
    const { client, close } = connectOpenAi({ apiKey: KEY, baseUrl: server.url, connections: 2 });
    for (let round = 0; round < 3; round++) await Promise.all([1, 2, 3, 4].map(() => client.get("/models")));
    expect(new Set(server.requests.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
    await close();
    await server.close();
  });

  it("ends what still runs when it is closed", async () => {
    const server = await startOpenAiServer();
    server.default({ hang: true }, "models");
    const { client, close } = connectOpenAi({ apiKey: KEY, baseUrl: server.url });
    const hanging = client.get("/models", { maxRetries: 0 }).catch((error: unknown) => error);
    await server.received("models");
    await close();
    expect(await hanging).toBeInstanceOf(Error);
    await server.close();
  });

  it("says nothing on the console, not even about an answer that it cannot read", async () => {
    const said = (["log", "info", "warn", "error", "debug"] as const).map((level) => vi.spyOn(console, level));
    vi.stubEnv("OPENAI_LOG", "debug");
    const { server, client } = await openBench();
    server.next({ raw: 'data: {"secret\n\n', contentType: "text/event-stream" });
    const body = { model: "tiny", messages: [{ role: "user" as const, content: "hi" }], stream: true as const };
    const reading = (async () => {
      for await (const _ of await client.chat.completions.create(body));
    })();
    await expect(reading).rejects.toThrow();
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
