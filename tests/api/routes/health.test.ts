import { afterAll, beforeAll, expect, it } from "vitest";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
let jobsFail = false;
let databaseGone = false;
const clock = new FakeClock("2026-11-22T12:00:00.500Z");
beforeAll(async () => {
  const check = async () => {
    if (jobsFail) throw new Error("planted");
  };
  t = await startTestProduct({ clock, probes: [{ name: "jobs", check }] });
  const ping = t.database.ping;
  t.database.ping = async () => {
    if (databaseGone) throw new Error("planted");
    await ping();
  };
});
afterAll(() => t.close());

const health = async () => {
  await clock.advance(11_000);
  const response = await t.request("/health");
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it("names every part, its mode and whether it is on", async () => {
  const { status, body } = await health();
  expect(status).toBe(200);
  expect(body).toEqual({
    status: "healthy",
    timestamp: "2026-11-22T12:00:11Z",
    version: "0.4.0",
    checks: {
      database: { status: "ok", mode: t.database.mode, latency_ms: 0 },
      model: { status: "ok", mode: "external", latency_ms: 0 },
      embeddings: { status: "ok", mode: "embedded", latency_ms: 0 },
      jobs: { status: "ok", latency_ms: 0 },
      chain: { status: "disabled" },
      image_model: { status: "disabled" },
      web_search: { status: "disabled" },
    },
  });
});

it("is degraded, still 200, while a part other than the database fails", async () => {
  jobsFail = true;
  const { status, body } = await health();
  expect([status, body.status, (body.checks as Record<string, unknown>).jobs]).toEqual([
    200,
    "degraded",
    { status: "failing" },
  ]);
  expect(JSON.stringify(body)).not.toContain("planted");
  jobsFail = false;
});

it("is unhealthy, 503 with the same shape, while the database is away", async () => {
  databaseGone = true;
  const { status, body } = await health();
  expect([status, body.status]).toEqual([503, "unhealthy"]);
  expect(Object.keys(body)).toEqual(["status", "timestamp", "version", "checks"]);
  databaseGone = false;
});

it("keeps results for ten seconds", async () => {
  await health();
  databaseGone = true;
  expect((await t.request("/health")).status).toBe(200);
  databaseGone = false;
});

it("is unhealthy while the server stops", async () => {
  t.stopping.abort();
  expect((await health()).status).toBe(503);
});
