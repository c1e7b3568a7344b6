import { expect, it } from "vitest";
import { RevokeKey } from "../../../core/access/revoke-key.ts";
import { RotateKey } from "../../../core/access/rotate-key.ts";
import { openAccess } from "../../support/access.ts";

it("ends the old text at once and keeps the id", async () => {
  const access = openAccess();
  const { key, text } = await access.createKey.execute({ owner: "o", name: "n", expiresAt: null, monthlyQuota: 5 });
  const rotated = await new RotateKey(access).execute({ id: key.id });
  const authenticate = (one: string) => access.authenticateKey.execute({ key: one, address: "x" });
  await expect(authenticate(text)).rejects.toMatchObject({ reason: "invalid_api_key" });
  expect(await authenticate(rotated.text)).toMatchObject({ keyId: key.id, monthlyQuota: 5 });
});

it("brings no revoked key back", async () => {
  const access = openAccess();
  const { key } = await access.createKey.execute({ owner: "o", name: "n", expiresAt: null, monthlyQuota: null });
  await new RevokeKey(access).execute({ id: key.id });
  await expect(new RotateKey(access).execute({ id: key.id })).rejects.toMatchObject({ reason: "key_revoked" });
});
