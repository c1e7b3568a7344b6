import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Quotas } from "../../core/access/ports.ts";

export interface QuotasSubject {
  quotas: Quotas;
  /** The id of a new key. */
  newKey(): Promise<number>;
  close?: () => Promise<void>;
}

const MONTH = "2026-11-01";

/** What every store of quotas promises. Each test has a key of its own, so one store serves all. */
export function describeQuotas(name: string, make: () => Promise<QuotasSubject>): void {
  describe(`${name} as Quotas`, () => {
    let subject: QuotasSubject;
    let key: number;

    beforeAll(async () => {
      subject = await make();
    });

    beforeEach(async () => {
      key = await subject.newKey();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    it("counts calls up to the quota and refuses the next", async () => {
      const { quotas } = subject;
      expect(await quotas.find(key, MONTH)).toBe(0);
      expect(await quotas.claim(key, MONTH, 2)).toBe(true);
      expect(await quotas.claim(key, MONTH, 2)).toBe(true);
      expect(await quotas.claim(key, MONTH, 2)).toBe(false);
      expect(await quotas.claim(key, MONTH, 2)).toBe(false);
      expect(await quotas.find(key, MONTH)).toBe(2);
    });

    it("counts nothing under a quota of none", async () => {
      expect(await subject.quotas.claim(key, MONTH, 0)).toBe(false);
      expect(await subject.quotas.find(key, MONTH)).toBe(0);
    });

    it("lets exactly as many through as the quota says when more come at once", async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => subject.quotas.claim(key, MONTH, 7)));
      expect(claims.filter(Boolean)).toHaveLength(7);
      expect(await subject.quotas.find(key, MONTH)).toBe(7);
    });

    it("takes a call back, and then has room for one more", async () => {
      const { quotas } = subject;
      await quotas.claim(key, MONTH, 1);
      await quotas.release(key, MONTH);
      expect(await quotas.find(key, MONTH)).toBe(0);
      expect(await quotas.claim(key, MONTH, 1)).toBe(true);
      expect(await quotas.claim(key, MONTH, 1)).toBe(false);
    });

    it("takes back no more than was counted", async () => {
      const { quotas } = subject;
      await quotas.release(key, MONTH);
      await quotas.claim(key, MONTH, 3);
      await quotas.release(key, MONTH);
      await quotas.release(key, MONTH);
      expect(await quotas.find(key, MONTH)).toBe(0);
      const claims = await Promise.all(Array.from({ length: 5 }, () => quotas.claim(key, MONTH, 3)));
      expect(claims.filter(Boolean)).toHaveLength(3);
    });

    it("keeps months and keys apart", async () => {
      const { quotas } = subject;
      const other = await subject.newKey();
      await quotas.claim(key, MONTH, 1);
      expect(await quotas.claim(key, "2026-12-01", 1)).toBe(true);
      expect(await quotas.claim(other, MONTH, 1)).toBe(true);
      await quotas.release(other, MONTH);
      expect(await quotas.find(key, MONTH)).toBe(1);
      expect(await quotas.find(other, MONTH)).toBe(0);
    });

    it("holds to a quota that was lowered or raised since", async () => {
      const { quotas } = subject;
      for (let n = 0; n < 5; n++) await quotas.claim(key, MONTH, 5);
      expect(await quotas.claim(key, MONTH, 3)).toBe(false);
      expect(await quotas.claim(key, MONTH, 6)).toBe(true);
      expect(await quotas.find(key, MONTH)).toBe(6);
    });
  });
}
