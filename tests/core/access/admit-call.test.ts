import { describe, expect, it } from "vitest";
import { callOf, keyCall, openAccess } from "../../support/access.ts";

const CHAT = { limit: "chat", counted: true } as const;

describe("a limit", () => {
  it("lets its calls through, refuses the next with the wait, and lets it through after that", async () => {
    const { admitCall, clock } = openAccess();
    for (let n = 0; n < 3; n++) await admitCall.execute(keyCall(1), CHAT);
    await expect(admitCall.execute(keyCall(1), CHAT)).rejects.toMatchObject({
      code: "rate_limited",
      reason: "rate_limited",
      message: "retry after 20 s",
      retryAfterSeconds: 20,
    });
    await clock.advance(20_000);
    await admitCall.execute(keyCall(1), CHAT);
  });

  it("is each caller's and each route's own", async () => {
    const { admitCall } = openAccess();
    for (let n = 0; n < 3; n++) await admitCall.execute(keyCall(1), CHAT);
    await admitCall.execute(keyCall(2), CHAT);
    await admitCall.execute(keyCall(1), { limit: "usage", counted: false });
  });

  it("holds a whole /64 of IPv6 together", async () => {
    const { admitCall } = openAccess();
    const from = (address: string) => admitCall.execute(callOf({ kind: "anonymous", address }), CHAT);
    for (const host of ["1", "2", "3"]) await from(`2001:db8:0:1::${host}`);
    await expect(from("2001:db8:0:1:ffff::9")).rejects.toMatchObject({ code: "rate_limited" });
    await from("2001:db8:0:2::1");
  });
});

describe("a used-up quota", () => {
  it("turns a counted call away, and no other", async () => {
    const { admitCall, quotas } = openAccess();
    await quotas.claim(1, "2026-11-01", 1);
    await expect(admitCall.execute(keyCall(1, 1), CHAT)).rejects.toMatchObject({
      reason: "quota_exceeded",
      message: "this API Key has used its 1 calls of 2026-11; it resets at 2026-12-01T00:00:00Z",
      retryAfterSeconds: 8.5 * 86_400,
    });
    await admitCall.execute(keyCall(1, 1), { limit: "usage", counted: false });
    await admitCall.execute(keyCall(1, 2), CHAT);
  });

  it("begins anew with the month", async () => {
    const { admitCall, quotas, clock } = openAccess();
    await quotas.claim(1, "2026-11-01", 1);
    clock.set("2026-12-01T00:00:00Z");
    await admitCall.execute(keyCall(1, 1), CHAT);
  });
});
