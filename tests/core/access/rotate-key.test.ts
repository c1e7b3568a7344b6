import { beforeEach, describe, expect, it } from "vitest";
import { NodeHasher } from "../../../adapters/node/node-hasher.ts";
import { hasKeyForm } from "../../../core/access/api-key.ts";
import { RotateKey } from "../../../core/access/rotate-key.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { SequentialIds } from "../../fakes/sequential-ids.ts";
import { aKey } from "../../support/api-key.ts";

const hasher = new NodeHasher();

let keys: MemoryApiKeys;
let rotate: RotateKey;
beforeEach(() => {
  keys = new MemoryApiKeys();
  rotate = new RotateKey({ keys, ids: new SequentialIds(), hasher });
});

describe("a new text for a key", () => {
  it("works in place of the old one, and all else stays", async () => {
    const key = await keys.create(aKey({ monthlyQuota: 5, expiresAt: new Date("2027-01-01") }));
    const { text } = await rotate.execute({ id: key.id });
    expect(hasKeyForm(text)).toBe(true);
    expect(await keys.findByHash(key.hash)).toBeUndefined();
    expect(await keys.findByHash(hasher.sha256(text))).toEqual({ ...key, hash: hasher.sha256(text) });
  });

  it("is another each time", async () => {
    const { id } = await keys.create(aKey());
    expect(await rotate.execute({ id })).not.toEqual(await rotate.execute({ id }));
  });

  it("does not bring a revoked key back", async () => {
    const key = await keys.create(aKey({ isActive: false }));
    await expect(rotate.execute({ id: key.id })).rejects.toMatchObject({
      ...{ code: "conflict", reason: "key_revoked", message: "key 1 was revoked; create a new one" },
    });
    expect(await keys.get(key.id)).toEqual(key);
  });

  it("is not made for an unknown id", async () => {
    await expect(rotate.execute({ id: 9 })).rejects.toMatchObject({ code: "not_found" });
  });
});
