import { beforeEach, describe, expect, it } from "vitest";
import type { ApiKey } from "../../../core/access/api-key.ts";
import { FlushUsage } from "../../../core/access/flush-usage.ts";
import { GetUsage } from "../../../core/access/get-usage.ts";
import { UsageBuffer } from "../../../core/access/usage-buffer.ts";
import type { Actor } from "../../../core/shared/call.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { MemoryQuotas } from "../../fakes/memory-quotas.ts";
import { MemoryUsageRecords } from "../../fakes/memory-usage-records.ts";
import { aKey } from "../../support/api-key.ts";
import { aCall } from "../../support/chat.ts";

const NOW = "2026-11-22T12:00:00.123Z";

let usage: UsageBuffer;
let records: MemoryUsageRecords;
let quotas: MemoryQuotas;
let keys: MemoryApiKeys;
let getUsage: GetUsage;
beforeEach(() => {
  usage = new UsageBuffer();
  records = new MemoryUsageRecords();
  quotas = new MemoryQuotas();
  keys = new MemoryApiKeys();
  const flushUsage = new FlushUsage({ usage, records });
  getUsage = new GetUsage({ keys, records, quotas, flushUsage, clock: new FakeClock(NOW) });
});

const used = (keyId: number, day: string, endpoint: string, calls: number, modelTokens: number): void =>
  usage.add({ keyId, day, endpoint, calls, modelTokens });
const show = ({ id, monthlyQuota }: ApiKey) =>
  getUsage.execute(aCall({ actor: { kind: "api-key", keyId: id, monthlyQuota } }));

describe("usage", () => {
  it("of a key that was never used is nothing", async () => {
    const { hash, ...key } = await keys.create(aKey());
    const none = { calls: 0, modelTokens: 0 };
    expect(await show({ hash, ...key })).toEqual({
      ...{ key, total: none, byEndpoint: {}, today: none, thisMonth: none, quota: null, asOf: new Date(NOW) },
    });
  });

  it("is summed by endpoint, UTC day and UTC month, with what this process has not stored yet", async () => {
    const key = await keys.create(aKey());
    used(key.id, "2026-10-31", "/chat", 1, 1);
    used(key.id, "2026-11-01", "/chat", 2, 10);
    await records.add(usage.drain());
    used(key.id, "2026-11-22", "/token-analysis", 4, 0);
    used(key.id, "2026-11-22", "/chat", 8, 100);
    expect(await show(key)).toMatchObject({
      total: { calls: 15, modelTokens: 111 },
      byEndpoint: {
        "/chat": { calls: 11, modelTokens: 111 },
        "/token-analysis": { calls: 4, modelTokens: 0 },
      },
      today: { calls: 12, modelTokens: 100 },
      thisMonth: { calls: 14, modelTokens: 110 },
    });
  });

  it("is the calling key's own, and never holds a hash", async () => {
    const [mine, theirs] = [await keys.create(aKey()), await keys.create(aKey())];
    used(theirs.id, "2026-11-22", "/chat", 1, 1);
    const shown = await show(mine);
    expect(shown.total.calls).toBe(0);
    expect(JSON.stringify(shown)).not.toContain(mine.hash);
  });

  it("shows a quota exactly, and when it resets", async () => {
    const key = await keys.create(aKey({ monthlyQuota: 10 }));
    await quotas.claim(key.id, "2026-11-01", 10);
    await quotas.claim(key.id, "2026-10-01", 10);
    expect((await show(key)).quota).toEqual({ monthlyCalls: 10, used: 1, resetsAt: new Date("2026-12-01T00:00:00Z") });
  });

  it.each<Actor>([
    { kind: "anonymous", address: "192.0.2.1" },
    { kind: "system", name: "jobs" },
  ])("is not shown to $kind callers", async (actor) => {
    await expect(getUsage.execute(aCall({ actor }))).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
