import { ABORTED, AbortedError, AppError } from "../../core/shared/errors.ts";
import { modelFailure } from "./errors.ts";

/** Ends one call of the model when its caller leaves, or when the model says nothing for too long. */
export class SilenceWatch {
  private readonly caller: AbortSignal;
  private readonly limitMs: number;
  private readonly call = new AbortController();
  private readonly end = (): void => this.call.abort(ABORTED);
  private timer: NodeJS.Timeout | undefined;
  private silent = false;

  constructor(caller: AbortSignal, limitMs: number) {
    this.caller = caller;
    this.limitMs = limitMs;
    caller.addEventListener("abort", this.end, { once: true });
    if (caller.aborted) this.end();
  }

  /** Aborts when the call should end, for either reason. */
  get signal(): AbortSignal {
    return this.call.signal;
  }

  get callerLeft(): boolean {
    return this.caller.aborted;
  }

  /** We wait for the model from now on. */
  listen(): void {
    this.timer = setTimeout(() => {
      this.silent = true;
      this.end();
    }, this.limitMs);
  }

  /** The model spoke: time that passes now is ours or the caller's. */
  heard(): void {
    clearTimeout(this.timer);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener("abort", this.end);
  }

  /** What to throw when the call ended with `error`, which our own abort may have caused. */
  explain(error: unknown): AppError | AbortedError {
    if (this.caller.aborted) return new AbortedError();
    if (!this.silent) return modelFailure(error);
    const seconds = Math.ceil(this.limitMs / 1000);
    return new AppError(
      "timeout",
      "timeout",
      `no answer within ${seconds} s; use POST /background/create for long work`,
    );
  }
}
