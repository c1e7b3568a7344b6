import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram, startProgram } from "../support/program.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agent-t-program-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = async (url: string, key: string, message: string, session_id = "s") => {
  const headers = { "api-key": key };
  const response = await fetch(`${url}/chat`, {
    ...{ method: "POST", headers, body: JSON.stringify({ message, session_id }) },
  });
  return (await response.json()) as Record<string, unknown>;
};

describe("the program on an empty machine", { timeout: 120_000 }, () => {
  it("shows its key once, keeps it private, remembers conversations, and keeps others out of its folder", async () => {
    const environment = { DATA_DIR: join(folder, "data") };
    const first = await startProgram(environment, folder);
    const key = /atk_[A-Za-z0-9_-]{43}/.exec(first.output())?.[0] ?? "";
    const file = join(folder, "data", "dev-api-key");
    expect((await readFile(file, "utf8")).trim()).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(first.output()).toMatch(/built in; replace it with DATABASE_URL/);
    expect(await ask(first.url, key, "My name is Ada.")).toMatchObject({ provider: "embedded" });

    const second = await runProgram(["keys", "list"], environment);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/in use by process \d+.*DATABASE_URL/s);

    expect(await first.stop()).toBe(0);
    const again = await startProgram(environment, folder);
    expect(again.output()).not.toContain(key);
    expect(again.output()).toContain(`$(cat ${file})`);
    expect(await ask(again.url, key, "What is my name?")).toMatchObject({
      reply: expect.stringContaining("My name is Ada."),
    });
    expect(await again.stop()).toBe(0);

    const listed = await runProgram(["keys", "list"], environment);
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining("development")]);
  });

  it("answers from its guide, computes, and says what it does not know", async () => {
    const program = await startProgram({
      DATA_DIR: join(folder, "answers"),
      BOOTSTRAP_API_KEY: `atk_${"x".repeat(43)}`,
    });
    const about = (message: string) => ask(program.url, `atk_${"x".repeat(43)}`, message, "fresh");
    const cardano = await about("What is Cardano?");
    expect(cardano.reply).toMatch(/blockchain.*Source: Cardano primer/s);
    expect(cardano.sources).toMatchObject([{ kind: "document", ref: "docs/guide/cardano-primer.md#what-cardano-is" }]);
    expect(await about("what is 12.5 % of 3480?")).toMatchObject({
      reply: expect.stringContaining("435"),
      used_tools: { calls: [{ name: "calculator", ok: true }] },
    });
    const unknown = await about("who won yesterday's match?");
    expect(unknown.reply).toMatch(/found nothing.*OPENAI_API_KEY.*OPENAI_BASE_URL/s);
    expect(unknown.sources).toEqual([]);
    await program.stop();
  });
});

describe("a wrong start", { timeout: 60_000 }, () => {
  it("names every problem and never a secret", async () => {
    const { code, stderr } = await runProgram([], { PORT: "x", LOG_LEVEL: "y", BOOTSTRAP_API_KEY: "planted" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/PORT should be.*LOG_LEVEL should be.*BOOTSTRAP_API_KEY should be/s);
    expect(stderr).not.toContain("planted");
  });

  it("refuses built-in parts in production", async () => {
    const { code, stderr } = await runProgram([], { NODE_ENV: "production" });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/DATABASE_URL is missing.*OPENAI_API_KEY/s)]);
  });

  it("explains an unknown command", async () => {
    const { code, stderr } = await runProgram(["keys", "lst"], {});
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no command "keys lst".*keys create/s)]);
  });
});
