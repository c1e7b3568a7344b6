import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenAiServer, startOpenAiServer } from "../support/openai-server.ts";
import { startProgram } from "../support/program.ts";

let model: OpenAiServer;
let folder: string;
beforeAll(async () => {
  model = await startOpenAiServer();
  folder = await mkdtemp(join(tmpdir(), "agent-t-kill-"));
});
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

const KEY = `atk_${"k".repeat(43)}`;

describe("a program killed in the middle of 100 chats", () => {
  it("keeps every finished turn, no trace of unfinished ones, and starts again", { timeout: 120_000 }, async () => {
    const environment = {
      ...{ DATA_DIR: folder, OPENAI_BASE_URL: model.url, BOOTSTRAP_API_KEY: KEY, RATE_LIMIT_SCALE: "1000" },
      LOG_LEVEL: "error",
    };
    const chat = (url: string, session_id: string, message: string) =>
      fetch(`${url}/chat`, {
        method: "POST",
        headers: { "api-key": KEY },
        body: JSON.stringify({ message, session_id }),
      });
    model.default(({ body }) => {
      const text = body.messages.at(-1).content as string;
      return { text: `echo: ${text}`, chunks: 2, delayMs: text.startsWith("slow") ? 2_000 : 1 };
    });
    const first = await startProgram(environment);
    const finished = new Set<number>();
    const all = Array.from({ length: 100 }, async (_, n) => {
      const response = await chat(first.url, `s${n}`, n % 2 === 0 ? `quick ${n}` : `slow ${n}`);
      if (response.status === 200) {
        await response.text();
        finished.add(n);
      }
    });
    while (finished.size < 40) await Promise.race(all.filter((_, n) => !finished.has(n)).concat(tick()));
    await first.kill();
    await Promise.allSettled(all);
    expect(finished.size).toBeGreaterThanOrEqual(40);
    expect(finished.size).toBeLessThan(100);

    const second = await startProgram(environment);
    for (let n = 0; n < 100; n++) {
      const response = await chat(second.url, `s${n}`, `again ${n}`);
      expect(response.status).toBe(200);
      await response.text();
      const sent = model
        .chats()
        .at(-1)
        ?.body.messages.map((m: { content: string }) => m.content) as string[];
      const remembered = sent.slice(1, -1);
      const message = n % 2 === 0 ? `quick ${n}` : `slow ${n}`;
      if (finished.has(n)) expect(remembered).toEqual([message, `echo: ${message}`]);
      // Stored just before the kill, its answer lost on the way: whole, or not at all.
      else if (remembered.length > 0) expect(remembered).toEqual([message, `echo: ${message}`]);
    }
    expect(await second.stop()).toBe(0);
  });
});

function tick(): Promise<void> {
  return new Promise((done) => setTimeout(done, 5));
}
