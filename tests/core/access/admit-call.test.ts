import { beforeEach, describe, expect, it } from "vitest";
import { AdmitCall } from "../../../core/access/admit-call.ts";
import { type RateLimitName, rateLimitTable } from "../../../core/access/rate-limits.ts";
import type { Actor } from "../../../core/shared/call.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryRateLimits } from "../../fakes/memory-rate-limits.ts";
import { aCall } from "../../support/chat.ts";

let clock: FakeClock;
let admit: AdmitCall;
beforeEach(() => {
  clock = new FakeClock("2026-11-30T23:59:00Z");
  const limits = rateLimitTable(1, { chat: 2, usage: 1 });
  admit = new AdmitCall({ rateLimits: new MemoryRateLimits(), limits, clock });
});

const aKey = (keyId: number): Actor => ({ kind: "api-key", keyId, monthlyQuota: null });
const ask = (actor: Actor, limit: RateLimitName = "chat"): Promise<unknown> =>
  admit.execute(aCall({ actor }), { limit }).catch((error: unknown) => error);

describe("the limit of a route", () => {
  it("lets its calls through, then says how long to wait", async () => {
    for (let n = 0; n < 2; n++) expect(await ask(aKey(1))).toBeUndefined();
    expect(await ask(aKey(1))).toMatchObject({
      ...{ code: "rate_limited", reason: "rate_limited", message: "retry after 30 s", retryAfterSeconds: 30 },
    });
    await clock.advance(29_500);
    expect(await ask(aKey(1))).toMatchObject({ retryAfterSeconds: 1 });
    await clock.advance(500);
    expect(await ask(aKey(1))).toBeUndefined();
  });

  it("is another for each route", async () => {
    for (let n = 0; n < 3; n++) await ask(aKey(1));
    expect(await ask(aKey(1), "usage")).toBeUndefined();
    expect(await ask(aKey(1), "usage")).toMatchObject({ code: "rate_limited" });
  });

  it("counts keys, addresses and the system's own parts apart", async () => {
    const callers: Actor[] = [
      ...[aKey(1), aKey(2)],
      ...(["1", "192.0.2.1"].map((address) => ({ kind: "anonymous", address })) as Actor[]),
      { kind: "system", name: "1" },
    ];
    for (const actor of callers) {
      const answers = [await ask(actor), await ask(actor), await ask(actor)];
      expect(answers).toMatchObject([undefined, undefined, { code: "rate_limited" }]);
    }
  });

  it("counts a /64 of IPv6 as one caller", async () => {
    for (let n = 0; n < 2; n++) await ask({ kind: "anonymous", address: `2001:db8::${n}` });
    expect(await ask({ kind: "anonymous", address: "2001:db8::9" })).toMatchObject({ code: "rate_limited" });
  });
});
