import type { Clock } from "../../core/shared/ports.ts";

// Kept from before any test replaces the timers.
const realSetImmediate = setImmediate;

interface Sleeper {
  until: number;
  wake: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  private time: number;
  private readonly sleepers = new Set<Sleeper>();

  constructor(start: Date | string = "2026-01-01T00:00:00Z") {
    this.time = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  /** How many sleep at this moment. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { until: this.time + milliseconds, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  after(milliseconds: number, work: () => void): () => void {
    const sleeper: Sleeper = {
      until: this.time + milliseconds,
      wake: () => {
        this.sleepers.delete(sleeper);
        work();
      },
    };
    this.sleepers.add(sleeper);
    return () => this.sleepers.delete(sleeper);
  }

  /** Jumps, without waking anybody. */
  set(date: Date | string): void {
    this.time = new Date(date).getTime();
  }

  /** Lets time pass: wakes whoever's time comes, in order, and lets each run before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (let next = this.nextBefore(end); next !== undefined; next = this.nextBefore(end)) {
      this.time = Math.max(this.time, next.until);
      next.wake();
      await settle();
    }
    this.time = end;
  }

  private nextBefore(end: number): Sleeper | undefined {
    const due = [...this.sleepers].filter((sleeper) => sleeper.until <= end);
    return due.sort((a, b) => a.until - b.until)[0];
  }
}

// Promises that follow from each other are all done before the next immediate.
const settle = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));
