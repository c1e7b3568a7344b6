import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../fakes/fake-clock.ts";
import { startTestProduct, type TestProduct } from "../support/product.ts";

let t: TestProduct;
const clock = new FakeClock(new Date("2026-11-22T12:00:00Z"));
beforeAll(async () => {
  t = await startTestProduct({ clock, environment: { RATE_LIMIT_SCALE: "1", RATE_LIMITS: '{"chat":5}' } });
});
afterAll(() => t.close());

const body = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe("rate limits", () => {
  it("let a minute's calls through, then say how long to wait", async () => {
    const { text } = await t.newKey();
    const call = () => t.post("/chat", { message: "a" }, { "api-key": text });
    for (let n = 0; n < 5; n++) expect((await call()).status).toBe(200);
    const refused = await call();
    expect([refused.status, await body(refused)]).toEqual([429, { detail: "rate_limited: retry after 12 s" }]);
    expect(refused.headers.get("retry-after")).toBe("12");
    await clock.advance(12_000);
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(429);
  });

  it("count each key apart, and bad bodies too", async () => {
    const { text } = await t.newKey();
    for (let n = 0; n < 5; n++) expect((await t.post("/chat", "{", { "api-key": text })).status).toBe(422);
    expect((await t.post("/chat", "{", { "api-key": text })).status).toBe(429);
    const other = await t.newKey();
    expect((await t.post("/chat", { message: "a" }, { "api-key": other.text })).status).toBe(200);
  });

  it("slow down guessing of keys, never the right key", async () => {
    const guess = () => t.post("/usage", "", { "api-key": "wrong" });
    const get = (key: string) => t.request("/usage", { headers: { "api-key": key } });
    expect((await guess()).status).toBe(405);
    for (let n = 0; n < 30; n++) expect((await get("wrong")).status).toBe(401);
    const refused = await get("wrong");
    expect(refused.status).toBe(429);
    expect((await get(t.key)).status).toBe(200);
  });
});

describe("a monthly quota", () => {
  it("is exact under parallel calls, and says when it resets", async () => {
    await clock.advance(60_000);
    const { text } = await t.newKey({ monthlyQuota: 3 });
    const calls = Array.from({ length: 5 }, () => t.post("/chat", { message: "a" }, { "api-key": text }));
    const statuses = (await Promise.all(calls)).map((response) => response.status).sort();
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await clock.advance(60_000);
    const refused = await t.post("/chat", "{broken", { "api-key": text });
    expect(await body(refused)).toEqual({
      detail: "quota_exceeded: this API Key has used its 3 calls of 2026-11; it resets at 2026-12-01T00:00:00Z",
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(700_000);
  });

  it("does not count failures", async () => {
    const { text } = await t.newKey({ monthlyQuota: 1 });
    const call = (message: unknown) => t.post("/chat", { message }, { "api-key": text });
    t.model.next({ status: 401 });
    expect((await call("a")).status).toBe(502);
    expect((await call("")).status).toBe(422);
    expect((await call("a")).status).toBe(200);
    expect((await call("a")).status).toBe(429);
  });
});

describe("GET /usage", () => {
  it("shows the calling key's calls, tokens and quota", async () => {
    const { id, text } = await t.newKey({ monthlyQuota: 10, name: "prod" });
    t.model.next({ text: "yes", usage: { prompt_tokens: 7, completion_tokens: 3 } });
    await t.post("/chat", { message: "a" }, { "api-key": text });
    await t.post("/chat", { message: "" }, { "api-key": text });
    const response = await t.request("/usage", { headers: { "api-key": text } });
    const sum = { calls: 1, total_tokens: 10 };
    expect(await body(response)).toMatchObject({
      key_id: id,
      owner: "tests",
      name: "prod",
      is_active: true,
      expires_at: null,
      lifetime_calls: 1,
      usage: { total_calls: 1, total_tokens: 10, by_endpoint: { "/chat": sum }, today: sum, this_month: sum },
      quota: { monthly_calls: 10, used: 1, resets_at: "2026-12-01T00:00:00Z" },
      note: "Usage is recorded with a delay of up to about 30 seconds.",
    });
    const { as_of, quota } = await body(await t.request("/usage", { headers: { "api-key": t.key } }));
    expect(as_of).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(quota).toBeNull();
  });
});
