import type { Call } from "../shared/call.ts";
import { RateLimitedError } from "../shared/errors.ts";
import type { Clock } from "../shared/ports.ts";
import { utcMonth } from "../shared/time.ts";
import type { Quotas, RateLimits } from "./ports.ts";
import { quotaExceeded } from "./quota.ts";
import { addressBucket, type RateLimitName, type RateLimitTable } from "./rate-limits.ts";

export interface AdmitCallInput {
  limit: RateLimitName;
  /** Whether the call will count against a monthly quota. */
  counted: boolean;
}

/** Holds a caller to the limit of a route, and turns away a key whose monthly quota is used up, before any work. */
export class AdmitCall {
  private readonly rateLimits: RateLimits;
  private readonly limits: RateLimitTable;
  private readonly quotas: Quotas;
  private readonly clock: Clock;

  constructor(deps: { rateLimits: RateLimits; limits: RateLimitTable; quotas: Quotas; clock: Clock }) {
    this.rateLimits = deps.rateLimits;
    this.limits = deps.limits;
    this.quotas = deps.quotas;
    this.clock = deps.clock;
  }

  async execute(call: Call, input: AdmitCallInput): Promise<void> {
    const now = this.clock.now();
    const waitMs = await this.rateLimits.take(`${input.limit}:${caller(call)}`, this.limits[input.limit], now);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new RateLimitedError("rate_limited", `retry after ${seconds} s`, seconds);
    }
    const { actor } = call;
    if (!input.counted || actor.kind !== "api-key" || actor.monthlyQuota === null) return;
    // A look only: the call is counted, exactly, by the use case that does the work.
    const used = await this.quotas.find(actor.keyId, utcMonth(now));
    if (used >= actor.monthlyQuota) throw quotaExceeded(actor.monthlyQuota, now);
  }
}

function caller(call: Call): string {
  const { actor } = call;
  if (actor.kind === "api-key") return `key:${actor.keyId}`;
  return actor.kind === "anonymous" ? `address:${addressBucket(actor.address)}` : `system:${actor.name}`;
}
