import type { Call } from "../shared/call.ts";
import { ABORTED, AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/ports.ts";

export interface TimeLimits {
  /** From the first step to the last, in milliseconds. */
  totalMs: number;
  /** Longest silence, in milliseconds. */
  idleMs: number;
}

/** Ends work that takes too long, or that its caller left, by aborting its signal; `explain` tells which limit it was. */
export class Watchdog {
  private readonly clock: Clock;
  private readonly caller: AbortSignal;
  private readonly limits: TimeLimits;
  private readonly over = new AbortController();
  private readonly startedMs: number;
  private lastSignMs: number;
  private expiredSeconds: number | undefined;
  private callOff: () => void;

  constructor(clock: Clock, call: Call, limits: TimeLimits) {
    this.clock = clock;
    this.caller = call.signal;
    this.limits = limits;
    this.startedMs = clock.now().getTime();
    this.lastSignMs = this.startedMs;
    this.caller.addEventListener("abort", this.abandon, { once: true });
    this.callOff = clock.after(Math.min(limits.totalMs, limits.idleMs), this.look);
    if (this.caller.aborted) this.abandon();
  }

  /** What the work has to listen to. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Whoever reads is slow now, not the work: no silence is counted until the next touch. */
  pause(): void {
    this.lastSignMs = Number.POSITIVE_INFINITY;
  }

  /** The work shows a sign of life. */
  touch(): void {
    this.lastSignMs = this.clock.now().getTime();
  }

  /** Ends the watch: the work is done. */
  stop(): void {
    this.callOff();
    this.caller.removeEventListener("abort", this.abandon);
  }

  /** Ends the watch and the work, which nobody waits for any more. */
  readonly abandon = (): void => {
    this.stop();
    this.over.abort(ABORTED);
  };

  /** What to throw instead of `error`, which the abort may have caused. */
  explain(error: unknown): unknown {
    if (this.expiredSeconds === undefined) return error;
    const message = `no answer within ${this.expiredSeconds} s; use POST /background/create for long work`;
    return new AppError("timeout", "timeout", message, { cause: error });
  }

  private readonly look = (): void => {
    const now = this.clock.now().getTime();
    const totalLeft = this.startedMs + this.limits.totalMs - now;
    const idleLeft = this.lastSignMs + this.limits.idleMs - now;
    if (totalLeft > 0 && idleLeft > 0) {
      this.callOff = this.clock.after(Math.min(totalLeft, idleLeft), this.look);
      return;
    }
    this.expiredSeconds = Math.round((totalLeft <= 0 ? this.limits.totalMs : this.limits.idleMs) / 1000);
    this.abandon();
  };
}
