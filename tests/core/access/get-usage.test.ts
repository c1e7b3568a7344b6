import { expect, it } from "vitest";
import { callOf, keyCall, openAccess } from "../../support/access.ts";

const INPUT = { owner: "Acme", name: "prod", expiresAt: null, monthlyQuota: 10 };

it("adds up today, this month and ever, by endpoint, with what is not stored yet", async () => {
  const { getUsage, createKey, records, meter, quotas } = openAccess();
  const { key } = await createKey.execute(INPUT);
  const row = (day: string, endpoint: string, calls: number) => ({
    keyId: key.id,
    day,
    endpoint,
    calls,
    modelTokens: calls * 10,
  });
  await records.add([
    row("2026-10-31", "/chat", 4),
    row("2026-11-01", "/chat", 3),
    row("2026-11-22", "/images/edit", 2),
  ]);
  await records.add([{ ...row("2026-11-22", "/chat", 50), keyId: key.id + 1 }]);
  (await meter.open(keyCall(key.id, 10), "/chat")).commit(10);
  const usage = await getUsage.execute(keyCall(key.id, 10));
  expect(usage).toMatchObject({
    total: { calls: 10, modelTokens: 100 },
    byEndpoint: { "/chat": { calls: 8, modelTokens: 80 }, "/images/edit": { calls: 2, modelTokens: 20 } },
    today: { calls: 3, modelTokens: 30 },
    thisMonth: { calls: 6, modelTokens: 60 },
    quota: {
      monthlyCalls: 10,
      used: await quotas.find(key.id, "2026-11-01"),
      resetsAt: new Date("2026-12-01T00:00:00Z"),
    },
  });
  expect(usage.key).not.toHaveProperty("hash");
});

it("is for keys alone, and says null without a quota", async () => {
  const { getUsage, createKey } = openAccess();
  const { key } = await createKey.execute({ ...INPUT, monthlyQuota: null });
  expect((await getUsage.execute(keyCall(key.id))).quota).toBeNull();
  const stranger = callOf({ kind: "anonymous", address: "x" });
  await expect(getUsage.execute(stranger)).rejects.toMatchObject({
    code: "unauthenticated",
    reason: "missing_api_key",
  });
});
