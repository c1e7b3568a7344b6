import type { Call } from "../shared/call.ts";
import type { Clock } from "../shared/ports.ts";
import type { RateLimits } from "./ports.ts";
import { addressBucket, type RateLimitName, type RateLimitTable, rateLimited } from "./rate-limits.ts";

/** Holds a caller to a limit. A key that was just recognised was held to it in that step already. */
export class AdmitCall {
  private readonly rateLimits: RateLimits;
  private readonly limits: RateLimitTable;
  private readonly clock: Clock;

  constructor(deps: { rateLimits: RateLimits; limits: RateLimitTable; clock: Clock }) {
    this.rateLimits = deps.rateLimits;
    this.limits = deps.limits;
    this.clock = deps.clock;
  }

  async execute(call: Call, input: { limit: RateLimitName }): Promise<void> {
    const name = `${input.limit}:${caller(call)}`;
    const waitMs = await this.rateLimits.take(name, this.limits[input.limit], this.clock.now());
    if (waitMs > 0) throw rateLimited(waitMs);
  }
}

function caller(call: Call): string {
  const { actor } = call;
  if (actor.kind === "api-key") return `key:${actor.keyId}`;
  return actor.kind === "anonymous" ? `address:${addressBucket(actor.address)}` : `system:${actor.name}`;
}
