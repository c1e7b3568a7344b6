import { describe, expect, it } from "vitest";
import { openAccess } from "../../support/access.ts";

const INPUT = { owner: "Acme", name: "prod", expiresAt: null, monthlyQuota: null };
const address = "203.0.113.7";
const UNKNOWN = `atk_${"u".repeat(43)}`;

describe("a right key", () => {
  it("is recognised, with its quota and without its secret", async () => {
    const { createKey, authenticateKey } = openAccess();
    const { key, text } = await createKey.execute({ ...INPUT, monthlyQuota: 5 });
    const actor = await authenticateKey.execute({ key: text, address });
    expect(actor).toEqual({ kind: "api-key", keyId: key.id, monthlyQuota: 5 });
  });

  it("is recognised however often others guessed from its address", async () => {
    const { createKey, authenticateKey } = openAccess();
    const { text } = await createKey.execute(INPUT);
    for (let n = 0; n < 9; n++) await authenticateKey.execute({ key: UNKNOWN, address }).catch(() => undefined);
    await expect(authenticateKey.execute({ key: text, address })).resolves.toMatchObject({ kind: "api-key" });
  });

  it("works to the moment it expires, and no longer", async () => {
    const { createKey, authenticateKey, clock } = openAccess();
    const { text } = await createKey.execute({ ...INPUT, expiresAt: new Date("2026-11-22T13:00:00Z") });
    clock.set("2026-11-22T12:59:59.999Z");
    await authenticateKey.execute({ key: text, address });
    clock.set("2026-11-22T13:00:00Z");
    await expect(authenticateKey.execute({ key: text, address })).rejects.toMatchObject({
      code: "unauthenticated",
      reason: "expired_api_key",
      message: "API Key expired on 2026-11-22T13:00:00Z",
    });
  });
});

describe("a wrong key", () => {
  it.each(["", "x", UNKNOWN, ` ${UNKNOWN}`, `${UNKNOWN}x`])("%j is not valid", async (key) => {
    const { authenticateKey } = openAccess();
    await expect(authenticateKey.execute({ key, address })).rejects.toMatchObject({
      code: "unauthenticated",
      reason: "invalid_api_key",
    });
  });

  it("that was revoked says so", async () => {
    const { createKey, authenticateKey, keys } = openAccess();
    const { key, text } = await createKey.execute(INPUT);
    await keys.save({ ...key, isActive: false });
    await expect(authenticateKey.execute({ key: text, address })).rejects.toMatchObject({ reason: "revoked_api_key" });
  });

  it("is limited per address, whatever kind of wrong it is", async () => {
    const { authenticateKey } = openAccess();
    const guess = (from: string) => authenticateKey.execute({ key: UNKNOWN, address: from });
    for (let n = 0; n < 2; n++) await expect(guess(address)).rejects.toMatchObject({ reason: "invalid_api_key" });
    await expect(guess(address)).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 30 });
    await expect(guess("203.0.113.8")).rejects.toMatchObject({ reason: "invalid_api_key" });
  });
});
