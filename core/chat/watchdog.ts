import type { Call } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/ports.ts";

export interface TimeLimits {
  /** From the first step to the last, in milliseconds. */
  totalMs: number;
  /** Longest silence, in milliseconds. */
  idleMs: number;
}

/** Ends work that takes too long by aborting its signal; `error` then tells which limit it was. */
export class Watchdog {
  readonly signal: AbortSignal;
  private readonly clock: Clock;
  private readonly limits: TimeLimits;
  private readonly over = new AbortController();
  private readonly stopped = new AbortController();
  private readonly startedMs: number;
  private lastSignMs: number;
  private expiredSeconds: number | undefined;

  constructor(clock: Clock, call: Call, limits: TimeLimits) {
    this.clock = clock;
    this.limits = limits;
    this.startedMs = clock.now().getTime();
    this.lastSignMs = this.startedMs;
    this.signal = AbortSignal.any([call.signal, this.over.signal]);
    void this.watch();
  }

  /** The work shows a sign of life. */
  touch(): void {
    this.lastSignMs = this.clock.now().getTime();
  }

  /** Ends the watch, and whatever still runs under its signal. */
  stop(): void {
    this.stopped.abort();
    this.over.abort();
  }

  /** What to throw instead of `error`, which the abort may have caused. */
  explain(error: unknown): unknown {
    if (this.expiredSeconds === undefined) return error;
    const message = `no answer within ${this.expiredSeconds} s; use POST /background/create for long work`;
    return new AppError("timeout", "timeout", message, { cause: error });
  }

  private async watch(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const now = this.clock.now().getTime();
      const totalLeft = this.startedMs + this.limits.totalMs - now;
      const idleLeft = this.lastSignMs + this.limits.idleMs - now;
      if (totalLeft <= 0 || idleLeft <= 0) {
        this.expiredSeconds = Math.round((totalLeft <= 0 ? this.limits.totalMs : this.limits.idleMs) / 1000);
        this.over.abort();
        return;
      }
      await this.clock.sleep(Math.min(totalLeft, idleLeft), this.stopped.signal);
    }
  }
}
