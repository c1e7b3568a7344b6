import type { Clock } from "../../core/shared/ports.ts";

/** Node's timers hold no more and fire at once when given more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = setTimeout(work, Math.min(milliseconds, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    for (let left = milliseconds; left > 0 && !signal?.aborted; left -= LONGEST_TIMER_MS) {
      await wait(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  }
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}
