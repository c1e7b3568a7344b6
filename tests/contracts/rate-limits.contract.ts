import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RateLimits } from "../../core/access/ports.ts";

export interface RateLimitsSubject {
  rateLimits: RateLimits;
  close?: () => Promise<void>;
}

const START = Date.parse("2026-11-22T12:00:00.001Z");
const at = (ms: number): Date => new Date(START + ms);

/** What every keeper of rate limits promises. Each test uses names of its own, so one serves all. */
export function describeRateLimits(name: string, make: () => Promise<RateLimitsSubject>): void {
  describe(`${name} as RateLimits`, () => {
    let subject: RateLimitsSubject;

    beforeAll(async () => {
      subject = await make();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    const take = (bucket: string, perMinute: number, ms: number): Promise<number> =>
      subject.rateLimits.take(bucket, { perMinute }, at(ms));
    /** How many of `calls` calls at one moment are let through. */
    const passed = async (bucket: string, perMinute: number, ms: number, calls: number): Promise<number> => {
      let through = 0;
      for (let n = 0; n < calls; n++) if ((await take(bucket, perMinute, ms)) === 0) through++;
      return through;
    };

    // 9, 14, 17 and 62 do not divide a minute: sums of such parts are where fractions get lost.
    it.each([1, 2, 5, 9, 14, 17, 30, 60, 62, 120])(
      "lets %i calls a minute come at once, and not one more",
      async (n) => {
        expect(await passed(`burst-${n}`, n, 0, n + 3)).toBe(n);
      },
    );

    it.each([1, 2, 5, 7, 9, 30, 60])(
      "of %i calls a minute lets one more through after the wait it named",
      async (n) => {
        const bucket = `wait-${n}`;
        await passed(bucket, n, 0, n);
        const waitMs = Math.ceil(await take(bucket, n, 0));
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(Math.ceil(60_000 / n));
        expect(await take(bucket, n, waitMs - 1)).toBeGreaterThan(0);
        expect(await passed(bucket, n, waitMs, 3)).toBe(1);
      },
    );

    it("does not let a caller who hammers wait longer", async () => {
      await passed("hammer", 5, 0, 5);
      expect(await passed("hammer", 5, 1_000, 50)).toBe(0);
      expect(await take("hammer", 5, 2_000)).toBeCloseTo(10_000, 0);
      expect(await passed("hammer", 5, 12_000, 5)).toBe(1);
    });

    it("frees all calls again after a minute, and saves up no more than that", async () => {
      await passed("minute", 5, 0, 5);
      expect(await passed("minute", 5, 60_000, 9)).toBe(5);
      expect(await passed("minute", 5, 3_600_000, 9)).toBe(5);
    });

    it("frees calls one by one", async () => {
      await passed("steps", 6, 0, 6);
      expect(await passed("steps", 6, 35_000, 9)).toBe(3);
      expect(await passed("steps", 6, 40_000, 9)).toBe(1);
    });

    it("keeps names apart", async () => {
      await passed("one", 2, 0, 3);
      expect(await passed("other", 2, 0, 3)).toBe(2);
    });

    it("counts exactly when many call at once", async () => {
      const waits = await Promise.all(Array.from({ length: 20 }, () => take("race", 7, 0)));
      expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(7);
    });

    it("can be looked at without a call being counted", async () => {
      const peek = (ms: number): Promise<number> => subject.rateLimits.peek("peek", { perMinute: 2 }, at(ms));
      expect(await peek(0)).toBe(0);
      for (let n = 0; n < 5; n++) await peek(0);
      expect(await passed("peek", 2, 0, 3)).toBe(2);
      expect(await peek(0)).toBeCloseTo(30_000, 0);
      expect(await peek(29_000)).toBeCloseTo(1_000, 0);
      expect(await peek(30_000)).toBe(0);
      expect(await peek(90_000)).toBe(0);
    });

    it("erases the windows that have ended, says how many, and leaves the others alone", async () => {
      const day = 86_400_000;
      await subject.rateLimits.deleteEnded(at(day));
      await take("ended-1", 1, day);
      await take("ended-2", 60, day);
      await take("running", 1, day + 60_000);
      expect(await subject.rateLimits.deleteEnded(at(day + 60_001))).toBe(2);
      expect(await subject.rateLimits.deleteEnded(at(day + 60_001))).toBe(0);
      expect(await take("running", 1, day + 60_001)).toBeGreaterThan(0);
      expect(await take("ended-1", 1, day + 60_001)).toBe(0);
    });
  });
}
