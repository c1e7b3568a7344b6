import { beforeEach, expect, it } from "vitest";
import { CheckQuota } from "../../../core/access/check-quota.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryQuotas } from "../../fakes/memory-quotas.ts";
import { aCall } from "../../support/chat.ts";

const NOVEMBER = "2026-11-01";

let clock: FakeClock;
let quotas: MemoryQuotas;
let check: CheckQuota;
beforeEach(() => {
  clock = new FakeClock("2026-11-30T23:59:00Z");
  quotas = new MemoryQuotas();
  check = new CheckQuota({ quotas, clock });
});

const ask = (monthlyQuota: number | null): Promise<unknown> =>
  check.execute(aCall({ actor: { kind: "api-key", keyId: 1, monthlyQuota } })).catch((error: unknown) => error);

it("turns a key away whose quota is used up, until the month ends", async () => {
  for (let n = 0; n < 3; n++) await quotas.claim(1, NOVEMBER, 3);
  expect(await ask(3)).toMatchObject({
    ...{ code: "rate_limited", reason: "quota_exceeded", retryAfterSeconds: 60 },
    message: "this API Key has used its 3 calls of 2026-11; it resets at 2026-12-01T00:00:00Z",
  });
  await clock.advance(60_000);
  expect(await ask(3)).toBeUndefined();
});

it("turns a key with a quota of none away", async () => {
  expect(await ask(0)).toMatchObject({ reason: "quota_exceeded" });
});

it("lets others through: keys without a quota, and callers without a key", async () => {
  for (let n = 0; n < 3; n++) await quotas.claim(1, NOVEMBER, 3);
  expect(await ask(null)).toBeUndefined();
  await check.execute(aCall({ actor: { kind: "anonymous", address: "x" } }));
});

it("looks, and uses nothing", async () => {
  await ask(3);
  expect(await quotas.find(1, NOVEMBER)).toBe(0);
});
