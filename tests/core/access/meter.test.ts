import { beforeEach, describe, expect, it } from "vitest";
import { Meter } from "../../../core/access/meter.ts";
import { UsageBuffer } from "../../../core/access/usage-buffer.ts";
import type { Actor } from "../../../core/shared/call.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryQuotas } from "../../fakes/memory-quotas.ts";
import { aCall } from "../../support/chat.ts";

const NOVEMBER = "2026-11-01";

let clock: FakeClock;
let quotas: MemoryQuotas;
let usage: UsageBuffer;
let meter: Meter;
beforeEach(() => {
  clock = new FakeClock("2026-11-30T23:59:59Z");
  quotas = new MemoryQuotas();
  usage = new UsageBuffer();
  meter = new Meter({ quotas, usage, clock });
});

const open = (monthlyQuota: number | null) =>
  meter.open(aCall({ actor: { kind: "api-key", keyId: 1, monthlyQuota } }), "/chat");

describe("a counted call", () => {
  it("takes its place in the quota at once, and is recorded when it succeeds", async () => {
    const call = await open(2);
    expect(await quotas.find(1, NOVEMBER)).toBe(1);
    expect(usage.drain()).toEqual([]);
    call.commit(42);
    expect(usage.drain()).toEqual([{ keyId: 1, day: "2026-11-30", endpoint: "/chat", calls: 1, modelTokens: 42 }]);
    expect(await quotas.find(1, NOVEMBER)).toBe(1);
  });

  it("that fails gives its place back and is not recorded", async () => {
    const call = await open(1);
    await call.release();
    expect(await quotas.find(1, NOVEMBER)).toBe(0);
    expect(usage.drain()).toEqual([]);
    await open(1);
  });

  it("beyond the quota is refused, and says until when", async () => {
    await open(1);
    await expect(open(1)).rejects.toMatchObject({
      ...{ code: "rate_limited", reason: "quota_exceeded", retryAfterSeconds: 1 },
      message: "this API Key has used its 1 calls of 2026-11; it resets at 2026-12-01T00:00:00Z",
    });
    expect(await quotas.find(1, NOVEMBER)).toBe(1);
  });

  it("of a key without a quota is recorded and takes no place", async () => {
    const call = await open(null);
    await call.release();
    call.commit(1);
    expect(await quotas.find(1, NOVEMBER)).toBe(0);
    expect(usage.drain()).toHaveLength(1);
  });

  it("belongs to the month and day in which it began", async () => {
    const call = await open(5);
    await clock.advance(2_000);
    call.commit(1);
    expect(usage.drain()).toMatchObject([{ day: "2026-11-30" }]);
    const failed = await open(5);
    await failed.release();
    expect(await quotas.find(1, NOVEMBER)).toBe(1);
    expect(await quotas.find(1, "2026-12-01")).toBe(0);
  });

  it.each<Actor>([
    { kind: "anonymous", address: "192.0.2.1" },
    { kind: "system", name: "jobs" },
  ])("is not counted for $kind callers", async (actor) => {
    const call = await meter.open(aCall({ actor }), "/chat");
    call.commit(1);
    await call.release();
    expect(usage.drain()).toEqual([]);
  });
});
