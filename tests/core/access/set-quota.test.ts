import { expect, it } from "vitest";
import { SetQuota, SetQuotaInput } from "../../../core/access/set-quota.ts";
import { openAccess } from "../../support/access.ts";

it("sets and lifts a quota", async () => {
  const access = openAccess();
  const { key } = await access.createKey.execute({ owner: "o", name: "n", expiresAt: null, monthlyQuota: null });
  const setQuota = new SetQuota(access);
  await setQuota.execute({ id: key.id, monthlyQuota: 7 });
  expect((await access.keys.get(key.id)).monthlyQuota).toBe(7);
  await setQuota.execute({ id: key.id, monthlyQuota: null });
  expect((await access.keys.get(key.id)).monthlyQuota).toBeNull();
});

it.each([{ id: 0 }, { monthlyQuota: -1 }, { monthlyQuota: 2.5 }])("refuses %j", (change) => {
  expect(SetQuotaInput.safeParse({ id: 1, monthlyQuota: 5, ...change }).success).toBe(false);
});
