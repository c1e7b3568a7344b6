import { sql } from "drizzle-orm";
import { validate } from "node-cron";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule } from "../../jobs/schedule.ts";
import type { Job } from "../../jobs/scheduler.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { startTestProduct, type TestProduct } from "../support/product.ts";

const DAY_MS = 24 * 60 * 60_000;

const clock = new FakeClock(new Date());
let t: TestProduct;
let jobs: Job[];
beforeAll(async () => {
  t = await startTestProduct({ clock });
  jobs = schedule(t.product.resolver);
});
afterAll(() => t.close());

async function run(name: string): Promise<void> {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  await job.run(new AbortController().signal);
}

async function count(table: string): Promise<number> {
  const rows = await t.database.hot<{ n: number }>(`select count(*)::int4 as n from ${table}`)([]);
  return rows[0]?.n ?? Number.NaN;
}

const change = (statement: string) => t.database.query((db) => db.execute(sql.raw(statement)));

describe("the timetable", () => {
  it("has a job of every name once", () => {
    const names = jobs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has only lines that can be read", () => {
    expect(jobs.filter(({ cron }) => !validate(cron)).map(({ name }) => name)).toEqual([]);
  });

  it("stores each process's counts in that process, and erases once over all of them", () => {
    expect(jobs.map(({ name, scope }) => `${name} ${scope}`)).toEqual([
      "flush-usage process",
      "forget-windows cluster",
      "forget-conversations cluster",
    ]);
  });

  it("is tested here, every job of it", () => {
    expect(jobs.map(({ name }) => name).sort()).toEqual([...RUNS.keys()].sort());
  });
});

/** Each job, and a test that it does what it is for. */
const RUNS = new Map<string, () => Promise<void>>([
  [
    "flush-usage",
    async () => {
      expect((await t.post("/chat", { message: "count me" })).status).toBe(200);
      expect(await count("usage_daily")).toBe(0);
      await run("flush-usage");
      expect(await count("usage_daily")).toBe(1);
    },
  ],
  [
    "forget-windows",
    async () => {
      expect((await t.request("/usage", { headers: { "api-key": t.key } })).status).toBe(200);
      expect(await count("rate_buckets")).toBeGreaterThan(0);
      await t.product.leases.claim("old", "somebody", 1_000);
      await t.product.leases.claim("new", "somebody", 60_000);
      await change(`update leases set expires_at = now() - interval '40 days' where name = 'old'`);
      clock.set(new Date(clock.now().getTime() + DAY_MS));
      await run("forget-windows");
      expect(await count("rate_buckets")).toBe(0);
      expect(await count("leases where name = 'old'")).toBe(0);
      expect(await count("leases where name = 'new'")).toBe(1);
    },
  ],
  [
    "forget-conversations",
    async () => {
      const chat = (session_id: string) => t.post("/chat", { message: "keep me", session_id, request_id: session_id });
      expect((await chat("old")).status).toBe(200);
      clock.set(new Date(clock.now().getTime() + 91 * DAY_MS));
      expect((await chat("young")).status).toBe(200);
      await change(`update chat_requests set expires_at = now() - interval '1 minute' where request_id = 'old'`);
      await run("forget-conversations");
      const left = `where session_id in ('old', 'young')`;
      expect(await count(`chat_sessions ${left}`)).toBe(1);
      expect(await count(`chat_sessions where session_id = 'young'`)).toBe(1);
      expect(await count("chat_requests where request_id = 'old'")).toBe(0);
      expect(await count("chat_requests where request_id = 'young'")).toBe(1);
    },
  ],
]);

describe("each job", () => {
  it.each([...RUNS])("%s does its work", async (_name, test) => {
    await test();
  });
});
