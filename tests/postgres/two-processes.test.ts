import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServerDatabase } from "../support/database.ts";
import { type OpenAiServer, startOpenAiServer } from "../support/openai-server.ts";
import { type Program, runProgram, startProgram } from "../support/program.ts";

const KEY = `atk_${"p".repeat(43)}`;
let model: OpenAiServer;
let folder: string;
let database: Awaited<ReturnType<typeof createServerDatabase>>;
let programs: Program[];
let environment: Record<string, string>;

beforeAll(async () => {
  model = await startOpenAiServer();
  folder = await mkdtemp(join(tmpdir(), "agent-t-two-"));
  database = await createServerDatabase(process.env.TEST_DATABASE_URL as string);
  environment = {
    ...{ DATA_DIR: folder, DATABASE_URL: database.url, OPENAI_BASE_URL: model.url, BOOTSTRAP_API_KEY: KEY },
    ...{ LOG_LEVEL: "error", RATE_LIMITS: '{"chat":100000}' },
  };
  // From an empty database, together: migrations must not race.
  programs = await Promise.all([startProgram(environment), startProgram(environment)]);
}, 90_000);

afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await model.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function chat(n: number, body: unknown, key = KEY): Promise<Response> {
  const { url } = programs[n % 2] as Program;
  return fetch(`${url}/chat`, { method: "POST", headers: { "api-key": key }, body: JSON.stringify(body) });
}

async function newKey(...options: string[]): Promise<string> {
  const words = ["keys", "create", "--owner", "tests", "--name", "two", ...options];
  const { code, stdout } = await runProgram(words, environment);
  expect(code).toBe(0);
  return /atk_[A-Za-z0-9_-]{43}/.exec(stdout)?.[0] ?? "";
}

const lastTexts = () =>
  model
    .chats()
    .at(-1)
    ?.body.messages.map((m: { content: string }) => m.content) as string[];

describe("two processes on one PostgreSQL", { timeout: 60_000 }, () => {
  it("share a conversation", async () => {
    await chat(0, { message: "My name is Ada.", session_id: "shared" });
    await chat(1, { message: "And now?", session_id: "shared" });
    expect(lastTexts()).toContain("My name is Ada.");
  });

  it("answer 50 messages of one conversation one after another, none lost, none mixed", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const response = await chat(n, { message: `message ${n}.`, session_id: "busy" });
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    await chat(0, { message: "last", session_id: "busy" });
    const texts = lastTexts().slice(1, -1);
    const answered = statuses.flatMap((status, n) => (status === 200 ? [`message ${n}.`] : []));
    expect(texts.filter((_, index) => index % 2 === 0).sort()).toEqual([...answered].sort());
    for (let index = 0; index < texts.length; index += 2) expect(texts[index + 1]).toBe(`echo: ${texts[index]}`);
  });

  it("hold a key to one monthly quota", async () => {
    const key = await newKey("--monthly-quota", "20");
    const responses = await Promise.all(Array.from({ length: 40 }, (_, n) => chat(n, { message: "a" }, key)));
    expect(responses.filter((response) => response.status === 200).length).toBe(20);
    expect(responses.filter((response) => response.status === 429).length).toBe(20);
  });

  it("see at once that a key was made, and that it was revoked", async () => {
    const key = await newKey();
    expect((await chat(0, { message: "a" }, key)).status).toBe(200);
    const { stdout } = await runProgram(["keys", "list"], environment);
    const id = stdout.trim().split("\n").at(-1)?.split(" ")[0] as string;
    expect((await runProgram(["keys", "revoke", id], environment)).code).toBe(0);
    for (const n of [0, 1]) {
      const response = await chat(n, { message: "a" }, key);
      expect([response.status, await response.json()]).toEqual([
        401,
        { detail: "revoked_api_key: API Key was revoked" },
      ]);
    }
  });

  it("answer one request_id once", async () => {
    const before = model.chats().length;
    const body = { message: "once over both", request_id: "both" };
    const bodies = await Promise.all(Array.from({ length: 10 }, async (_, n) => (await chat(n, body)).text()));
    expect(new Set(bodies).size).toBe(1);
    expect(model.chats().length - before).toBe(1);
  });

  it("free a conversation whose process was killed", async () => {
    model.next({ hang: true });
    const extra = await startProgram(environment);
    const lost = fetch(`${extra.url}/chat`, {
      method: "POST",
      headers: { "api-key": KEY },
      body: JSON.stringify({ message: "lost", session_id: "orphan" }),
    }).catch(() => undefined);
    while (!model.chats().some(({ body }) => body.messages.at(-1).content === "lost")) await tick();
    await extra.kill();
    await lost;
    const response = await chat(0, { message: "mine", session_id: "orphan" });
    expect(response.status).toBe(200);
    expect(lastTexts()).not.toContain("lost");
  });

  it("share a rate limit", async () => {
    const limited = { ...environment, RATE_LIMITS: '{"chat":30}' };
    const pair = await Promise.all([startProgram(limited), startProgram(limited)]);
    const key = await newKey();
    const responses = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        fetch(`${pair[n % 2]?.url}/chat`, { method: "POST", headers: { "api-key": key }, body: '{"message":"a"}' }),
      ),
    );
    const passed = responses.filter((response) => response.status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(30);
    // One more comes free every 2 s while the calls run.
    expect(passed).toBeLessThan(40);
    await Promise.all(pair.map((program) => program.stop()));
  });
});

function tick(): Promise<void> {
  return new Promise((done) => setTimeout(done, 20));
}
