import { AbortedError } from "../../core/shared/errors.ts";

/** `work`, or AbortedError as soon as `signal` aborts: the client sleeps between its retries and hears no signal. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new AbortedError());
    const stay = (): void => signal.removeEventListener("abort", leave);
    signal.addEventListener("abort", leave, { once: true });
    work.then(
      (value) => {
        stay();
        resolve(value);
      },
      (error: unknown) => {
        stay();
        reject(error);
      },
    );
    if (signal.aborted) leave();
  });
}
