import { describe, expect, it } from "vitest";
import { SetQuota, SetQuotaInput } from "../../../core/access/set-quota.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { aKey } from "../../support/api-key.ts";

describe("setting a quota", () => {
  it.each([[5], [0], [null]])("to %s changes that and nothing else", async (monthlyQuota) => {
    const keys = new MemoryApiKeys();
    const key = await keys.create(aKey({ monthlyQuota: 7 }));
    await new SetQuota({ keys }).execute({ id: key.id, monthlyQuota });
    expect(await keys.get(key.id)).toEqual({ ...key, monthlyQuota });
  });

  it("of an unknown id says that there is no such key", async () => {
    const set = new SetQuota({ keys: new MemoryApiKeys() });
    await expect(set.execute({ id: 9, monthlyQuota: 5 })).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    { id: 0, monthlyQuota: 1 },
    { id: 1.5, monthlyQuota: 1 },
    { id: 1, monthlyQuota: -1 },
    { id: 1, monthlyQuota: 0.5 },
    { id: 1, monthlyQuota: 1_000_000_001 },
    { id: 1 },
  ])("refuses %j", (input) => {
    expect(SetQuotaInput.safeParse(input).success).toBe(false);
  });
});
