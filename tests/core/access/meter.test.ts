import { describe, expect, it } from "vitest";
import { callOf, keyCall, openAccess } from "../../support/access.ts";

describe("a counted call", () => {
  it("is in the usage once it succeeded, under its endpoint and day", async () => {
    const { meter, usage } = openAccess();
    (await meter.open(keyCall(1), "/chat")).commit(40);
    (await meter.open(keyCall(1), "/chat")).commit(2);
    expect(usage.drain()).toEqual([{ keyId: 1, day: "2026-11-22", endpoint: "/chat", calls: 2, modelTokens: 42 }]);
    expect(usage.drain()).toEqual([]);
  });

  it("takes from the quota at once and gives back when it failed", async () => {
    const { meter, quotas, usage } = openAccess();
    const first = await meter.open(keyCall(1, 1), "/chat");
    await expect(meter.open(keyCall(1, 1), "/chat")).rejects.toMatchObject({ reason: "quota_exceeded" });
    await first.release();
    expect(await quotas.find(1, "2026-11-01")).toBe(0);
    (await meter.open(keyCall(1, 1), "/chat")).commit(1);
    expect(await quotas.find(1, "2026-11-01")).toBe(1);
    expect(usage.drain()).toHaveLength(1);
  });

  it("belongs to the month it began in", async () => {
    const { meter, quotas, clock } = openAccess();
    clock.set("2026-11-30T23:59:59Z");
    const call = await meter.open(keyCall(1, 5), "/chat");
    clock.set("2026-12-01T00:00:01Z");
    await call.release();
    expect([await quotas.find(1, "2026-11-01"), await quotas.find(1, "2026-12-01")]).toEqual([0, 0]);
  });

  it("costs nobody but keys anything", async () => {
    const { meter, usage } = openAccess();
    (await meter.open(callOf({ kind: "anonymous", address: "x" }), "/chat")).commit(5);
    expect(usage.drain()).toEqual([]);
  });
});
