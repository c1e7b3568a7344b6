import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Leases } from "../../core/shared/ports.ts";

export interface LeasesSubject {
  leases: Leases;
  /** Lets a lease run out, more than an hour ago. */
  expire(name: string): Promise<void>;
  close?: () => Promise<void>;
}

const MINUTE_MS = 60_000;

/** What every store of leases promises. Each test uses names of its own, so one store serves all. */
export function describeLeases(name: string, make: () => Promise<LeasesSubject>): void {
  describe(`${name} as Leases`, () => {
    let subject: LeasesSubject;

    beforeAll(async () => {
      subject = await make();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    it("gives a lease to the first who asks and to nobody else", async () => {
      const { leases } = subject;
      expect(await leases.claim("first", "a", MINUTE_MS)).toBe(true);
      expect(await leases.claim("first", "b", MINUTE_MS)).toBe(false);
    });

    it("lets its holder ask again, and still nobody else", async () => {
      const { leases } = subject;
      await leases.claim("again", "a", MINUTE_MS);
      expect(await leases.claim("again", "a", MINUTE_MS)).toBe(true);
      expect(await leases.claim("again", "b", MINUTE_MS)).toBe(false);
    });

    it("keeps leases of different names apart", async () => {
      const { leases } = subject;
      await leases.claim("one", "a", MINUTE_MS);
      expect(await leases.claim("other", "b", MINUTE_MS)).toBe(true);
    });

    it("gives it to exactly one of many who ask at once", async () => {
      const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);
      const won = await Promise.all(holders.map((holder) => subject.leases.claim("race", holder, MINUTE_MS)));
      expect(won.filter(Boolean)).toHaveLength(1);
    });

    it("gives it to another once its holder has given it back", async () => {
      const { leases } = subject;
      await leases.claim("back", "a", MINUTE_MS);
      await leases.release("back", "a");
      expect(await leases.claim("back", "b", MINUTE_MS)).toBe(true);
      expect(await leases.claim("back", "a", MINUTE_MS)).toBe(false);
    });

    it("is not given back by anybody but its holder", async () => {
      const { leases } = subject;
      await leases.claim("kept", "a", MINUTE_MS);
      await leases.release("kept", "b");
      expect(await leases.claim("kept", "b", MINUTE_MS)).toBe(false);
    });

    it("does not mind the release of a lease that does not exist", async () => {
      await subject.leases.release("nothing", "a");
      expect(await subject.leases.claim("nothing", "b", MINUTE_MS)).toBe(true);
    });

    it("gives it to another once it has run out, and then the old holder has nothing to give back", async () => {
      const { leases, expire } = subject;
      await leases.claim("late", "a", MINUTE_MS);
      await expire("late");
      expect(await leases.claim("late", "b", MINUTE_MS)).toBe(true);
      await leases.release("late", "a");
      expect(await leases.claim("late", "a", MINUTE_MS)).toBe(false);
    });

    it("lets a holder who asks again keep a lease that was about to run out", async () => {
      const { leases } = subject;
      await leases.claim("extended", "a", 1);
      await leases.claim("extended", "a", MINUTE_MS);
      expect(await leases.claim("extended", "b", MINUTE_MS)).toBe(false);
    });

    it("erases what ran out long ago, says how many, and leaves the others alone", async () => {
      const { leases, expire } = subject;
      await leases.deleteExpired();
      await leases.claim("old-1", "a", MINUTE_MS);
      await leases.claim("old-2", "a", MINUTE_MS);
      await leases.claim("young", "a", MINUTE_MS);
      await expire("old-1");
      await expire("old-2");
      expect(await leases.deleteExpired()).toBe(2);
      expect(await leases.deleteExpired()).toBe(0);
      expect(await leases.claim("young", "b", MINUTE_MS)).toBe(false);
      expect(await leases.claim("old-1", "b", MINUTE_MS)).toBe(true);
    });
  });
}
