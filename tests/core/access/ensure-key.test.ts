import { expect, it } from "vitest";
import { EnsureKey } from "../../../core/access/ensure-key.ts";
import { RevokeKey } from "../../../core/access/revoke-key.ts";
import { openAccess } from "../../support/access.ts";

const TEXT = `atk_${"b".repeat(43)}`;

it("makes a key that works, once, and makes it work again after it was revoked", async () => {
  const access = openAccess();
  const ensureKey = new EnsureKey(access);
  const input = { text: TEXT, owner: "bootstrap", name: "first" };
  const first = await ensureKey.execute(input);
  expect((await ensureKey.execute(input)).id).toBe(first.id);
  await new RevokeKey(access).execute({ id: first.id });
  await ensureKey.execute(input);
  const actor = await access.authenticateKey.execute({ key: TEXT, address: "x" });
  expect(actor).toEqual({ kind: "api-key", keyId: first.id, monthlyQuota: null });
});

it("refuses what could never be recognised as a key", async () => {
  const input = { text: "atk_short", owner: "o", name: "n" };
  await expect(new EnsureKey(openAccess()).execute(input)).rejects.toMatchObject({ reason: "invalid_key_form" });
});
