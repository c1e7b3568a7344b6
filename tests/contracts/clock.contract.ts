import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../core/shared/ports.ts";

interface Subject {
  clock: Clock;
  /** Lets time pass without waiting for it. */
  advance(milliseconds: number): Promise<unknown>;
  close?: () => void;
}

/** What every clock promises. */
export function describeClock(name: string, make: () => Subject): void {
  describe(`${name} as Clock`, () => {
    let subject: Subject;

    beforeEach(() => {
      subject = make();
    });

    afterEach(() => {
      subject.close?.();
    });

    function sleep(milliseconds: number, signal?: AbortSignal): { awake: boolean } {
      const sleeper = { awake: false };
      void subject.clock.sleep(milliseconds, signal).then(() => {
        sleeper.awake = true;
      });
      return sleeper;
    }

    it("moves on with time", async () => {
      const before = subject.clock.now().getTime();
      await subject.advance(1_500);
      expect(subject.clock.now().getTime() - before).toBe(1_500);
    });

    it("hands out dates that are the caller's own", () => {
      const before = subject.clock.now().getTime();
      subject.clock.now().setFullYear(1999);
      expect(subject.clock.now().getTime()).toBe(before);
    });

    it("sleeps as long as asked and no longer", async () => {
      const sleeper = sleep(1_000);
      await subject.advance(999);
      expect(sleeper.awake).toBe(false);
      await subject.advance(1);
      expect(sleeper.awake).toBe(true);
    });

    it("wakes at the time of each sleep, also of one that follows another", async () => {
      const start = subject.clock.now().getTime();
      const times: number[] = [];
      void (async () => {
        for (const milliseconds of [100, 50, 200]) {
          await subject.clock.sleep(milliseconds);
          times.push(subject.clock.now().getTime() - start);
        }
      })();
      await subject.advance(1_000);
      expect(times).toEqual([100, 150, 350]);
    });

    it("sleeps longer than a timer of Node can", async () => {
      const month = 30 * 24 * 60 * 60_000;
      const sleeper = sleep(month);
      await subject.advance(month - 1);
      expect(sleeper.awake).toBe(false);
      await subject.advance(1);
      expect(sleeper.awake).toBe(true);
    });

    it("does not sleep for no time at all", async () => {
      const sleepers = [sleep(0), sleep(-5)];
      await subject.advance(0);
      expect(sleepers.map((sleeper) => sleeper.awake)).toEqual([true, true]);
    });

    it("ends a sleep early and without an error on abort", async () => {
      const leaving = new AbortController();
      const sleeper = sleep(60_000, leaving.signal);
      leaving.abort(new Error("gone"));
      await subject.advance(0);
      expect(sleeper.awake).toBe(true);
    });

    it("does not begin to sleep when the signal has aborted already", async () => {
      const sleeper = sleep(60_000, AbortSignal.abort());
      await subject.advance(0);
      expect(sleeper.awake).toBe(true);
    });

    it("runs what is to happen after a time once, and not when it was called off", async () => {
      const ran: string[] = [];
      subject.clock.after(1_000, () => ran.push("kept"));
      subject.clock.after(1_000, () => ran.push("called off"))();
      await subject.advance(999);
      expect(ran).toEqual([]);
      await subject.advance(2_000);
      expect(ran).toEqual(["kept"]);
    });

    it("leaves no listener behind, however the sleep ended", async () => {
      const { signal } = new AbortController();
      sleep(10, signal);
      sleep(0, signal);
      await subject.advance(10);
      expect(getEventListeners(signal, "abort")).toEqual([]);
      const leaving = new AbortController();
      sleep(10, leaving.signal);
      leaving.abort();
      await subject.advance(0);
      expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
    });
  });
}
