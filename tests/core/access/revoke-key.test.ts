import { describe, expect, it } from "vitest";
import { RevokeKey } from "../../../core/access/revoke-key.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { aKey } from "../../support/api-key.ts";

describe("revoking a key", () => {
  it("ends it and nothing else, and can be done again", async () => {
    const keys = new MemoryApiKeys();
    const [key, other] = [await keys.create(aKey({ monthlyQuota: 5 })), await keys.create(aKey())];
    const revoke = new RevokeKey({ keys });
    for (let n = 0; n < 2; n++) await revoke.execute({ id: key.id });
    expect(await keys.listAll()).toEqual([{ ...key, isActive: false }, other]);
  });

  it("of an unknown id says that there is no such key", async () => {
    const revoke = new RevokeKey({ keys: new MemoryApiKeys() });
    await expect(revoke.execute({ id: 9 })).rejects.toMatchObject({ code: "not_found", message: "there is no key 9" });
  });
});
