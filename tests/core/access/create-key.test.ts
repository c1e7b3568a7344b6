import { describe, expect, it } from "vitest";
import { CreateKeyInput } from "../../../core/access/create-key.ts";
import { openAccess } from "../../support/access.ts";

const INPUT = { owner: "Acme", name: "prod", expiresAt: null, monthlyQuota: 10 };

describe("creating a key", () => {
  it("gives its text once and keeps only the hash", async () => {
    const { createKey, keys, hasher } = openAccess();
    const { key, text } = await createKey.execute(INPUT);
    expect(key).toMatchObject({ owner: "Acme", name: "prod", isActive: true, monthlyQuota: 10, expiresAt: null });
    expect(key.createdAt).toEqual(new Date("2026-11-22T12:00:00Z"));
    expect(key.hash).toBe(hasher.sha256(text));
    expect(JSON.stringify(await keys.listAll())).not.toContain(text);
  });

  it("gives every key another text", async () => {
    const { createKey } = openAccess();
    const [first, second] = [await createKey.execute(INPUT), await createKey.execute(INPUT)];
    expect(first.text).not.toBe(second.text);
    expect(first.key.id).not.toBe(second.key.id);
  });

  it.each([{ owner: " " }, { name: "" }, { name: "x".repeat(121) }, { monthlyQuota: -1 }, { monthlyQuota: 1.5 }])(
    "refuses %j",
    (change) => {
      expect(CreateKeyInput.safeParse({ ...INPUT, ...change }).success).toBe(false);
    },
  );
});
