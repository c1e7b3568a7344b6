import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiKeys } from "../../core/access/ports.ts";
import { aKey } from "../support/api-key.ts";

export interface ApiKeysSubject {
  keys: ApiKeys;
  close?: () => Promise<void>;
}

/** What every store of service keys promises. */
export function describeApiKeys(name: string, make: () => Promise<ApiKeysSubject>): void {
  describe(`${name} as ApiKeys`, () => {
    let subject: ApiKeysSubject;

    beforeAll(async () => {
      subject = await make();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    it("gives each key an id of its own, a whole number above 0", async () => {
      const ids = [];
      for (let n = 0; n < 3; n++) ids.push((await subject.keys.create(aKey())).id);
      expect(new Set(ids).size).toBe(3);
      for (const id of ids) expect(Number.isSafeInteger(id) && id > 0).toBe(true);
    });

    it.each([
      ["without an end or a quota", {}],
      ["with both", { expiresAt: new Date("2027-01-01T00:00:00.999Z"), monthlyQuota: 1_000_000_000 }],
      ["with a quota of none", { monthlyQuota: 0 }],
      ["of an odd name", { owner: "Ö'; drop table x;-- 😀", name: '"\\ %' }],
      ["that is switched off", { isActive: false }],
    ] as const)("finds a key %s by its hash and by its id as it was made", async (_name, changes) => {
      const given = aKey(changes);
      const key = await subject.keys.create(given);
      expect(key).toEqual({ ...given, id: key.id });
      expect(await subject.keys.findByHash(given.hash)).toEqual(key);
      expect(await subject.keys.get(key.id)).toEqual(key);
    });

    it("keeps moments to the millisecond, whichever way they are read", async () => {
      for (const millisecond of [1, 7, 333, 501, 998, 999]) {
        const createdAt = new Date(Date.UTC(2026, 10, 22, 23, 59, 59, millisecond));
        const { id, hash } = await subject.keys.create(aKey({ createdAt, expiresAt: createdAt }));
        expect(await subject.keys.findByHash(hash)).toMatchObject({ createdAt, expiresAt: createdAt });
        expect(await subject.keys.get(id)).toMatchObject({ createdAt, expiresAt: createdAt });
      }
    });

    it("finds a key and counts its call in one step", async () => {
      const now = new Date("2026-11-22T12:00:00Z");
      const take = (hash: string) => subject.keys.findAndTake(hash, "chat:key:", { perMinute: 2 }, now);
      const key = await subject.keys.create(aKey());
      expect(await take(key.hash)).toEqual({ key, admitted: true });
      expect((await take(key.hash))?.admitted).toBe(true);
      expect(await take(key.hash)).toEqual({ key, admitted: false });
      const later = await subject.keys.findAndTake(
        key.hash,
        "chat:key:",
        { perMinute: 2 },
        new Date(now.getTime() + 30_000),
      );
      expect(later?.admitted).toBe(true);
      expect(await take("nobody")).toBeUndefined();
    });

    it("counts nothing for a key that does not work", async () => {
      const now = new Date("2026-11-22T12:00:00Z");
      for (const changes of [{ isActive: false }, { expiresAt: now }]) {
        const key = await subject.keys.create(aKey(changes));
        const take = () => subject.keys.findAndTake(key.hash, "chat:key:", { perMinute: 1 }, now);
        expect(await take()).toEqual({ key, admitted: false });
        await subject.keys.save({ ...key, isActive: true, expiresAt: null });
        expect((await take())?.admitted).toBe(true);
      }
    });

    it("finds nothing for a hash nobody has", async () => {
      expect(await subject.keys.findByHash("nobody")).toBeUndefined();
    });

    it("says of an id nobody has that there is no such key", async () => {
      const missing = { code: "not_found", reason: "key_not_found", message: "there is no key 999999" };
      await expect(subject.keys.get(999_999)).rejects.toMatchObject(missing);
      await expect(subject.keys.save({ ...aKey(), id: 999_999 })).rejects.toMatchObject(missing);
    });

    it("lists all keys, oldest first", async () => {
      const before = (await subject.keys.listAll()).length;
      const first = await subject.keys.create(aKey({ name: "z" }));
      const second = await subject.keys.create(aKey({ name: "a" }));
      await subject.keys.save({ ...first, name: "changed" });
      expect((await subject.keys.listAll()).slice(before)).toEqual([{ ...first, name: "changed" }, second]);
    });

    it("saves every field that can change", async () => {
      const key = await subject.keys.create(aKey());
      const changes = { hash: `new-${key.hash}`, isActive: false, monthlyQuota: 5, expiresAt: new Date("2027-05-05") };
      await subject.keys.save({ ...key, ...changes });
      expect(await subject.keys.get(key.id)).toEqual({ ...key, ...changes });
      expect(await subject.keys.findByHash(key.hash)).toBeUndefined();
      await subject.keys.save({ ...key, monthlyQuota: null, expiresAt: null });
      expect(await subject.keys.get(key.id)).toEqual(key);
    });

    it("leaves the other keys alone when one is saved", async () => {
      const [one, other] = [await subject.keys.create(aKey()), await subject.keys.create(aKey())];
      await subject.keys.save({ ...one, isActive: false });
      expect(await subject.keys.get(other.id)).toEqual(other);
    });

    it("makes a key that exists already active again instead of a second one", async () => {
      const key = await subject.keys.create(aKey({ expiresAt: new Date("2026-11-23") }));
      await subject.keys.save({ ...key, isActive: false });
      const again = await subject.keys.create(aKey({ hash: key.hash, owner: "another" }));
      expect(again).toEqual({ ...key, isActive: true, expiresAt: null });
      expect((await subject.keys.listAll()).filter(({ hash }) => hash === key.hash)).toHaveLength(1);
    });

    it("makes one key of many that are made with one hash at once", async () => {
      const given = aKey();
      const keys = await Promise.all(Array.from({ length: 10 }, () => subject.keys.create(given)));
      expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    });

    it("refuses to save a hash that another key has", async () => {
      const [one, other] = [await subject.keys.create(aKey()), await subject.keys.create(aKey())];
      await expect(subject.keys.save({ ...one, hash: other.hash })).rejects.toMatchObject({ code: "conflict" });
      expect(await subject.keys.get(one.id)).toEqual(one);
    });
  });
}
