import { RateLimitedError } from "../shared/errors.ts";
import { nextUtcMonth, rfc3339, utcMonth } from "../shared/time.ts";

/** The refusal of a key whose `quota` calls of this UTC month are used; waits until the next month begins. */
export function quotaExceeded(quota: number, now: Date): RateLimitedError {
  const resetsAt = nextUtcMonth(now);
  return new RateLimitedError(
    "quota_exceeded",
    `this API Key has used its ${quota} calls of ${utcMonth(now).slice(0, 7)}; it resets at ${rfc3339(resetsAt)}`,
    Math.max(1, Math.ceil((resetsAt.getTime() - now.getTime()) / 1000)),
  );
}
