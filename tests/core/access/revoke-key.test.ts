import { expect, it } from "vitest";
import { RevokeKey } from "../../../core/access/revoke-key.ts";
import { openAccess } from "../../support/access.ts";

it("ends a key, its data untouched, also when asked twice", async () => {
  const access = openAccess();
  const { key } = await access.createKey.execute({ owner: "o", name: "n", expiresAt: null, monthlyQuota: 5 });
  const revokeKey = new RevokeKey(access);
  await revokeKey.execute({ id: key.id });
  await revokeKey.execute({ id: key.id });
  expect(await access.keys.get(key.id)).toEqual({ ...key, isActive: false });
});

it("knows no key that was never made", async () => {
  const revokeKey = new RevokeKey(openAccess());
  await expect(revokeKey.execute({ id: 9 })).rejects.toMatchObject({ code: "not_found", reason: "key_not_found" });
});
