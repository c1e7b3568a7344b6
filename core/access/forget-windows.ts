import type { Clock, Leases } from "../shared/ports.ts";
import type { RateLimits } from "./ports.ts";

/** Erases windows of limits and leases that ended: they say nothing any more. */
export class ForgetWindows {
  private readonly rateLimits: RateLimits;
  private readonly leases: Leases;
  private readonly clock: Clock;

  constructor(deps: { rateLimits: RateLimits; leases: Leases; clock: Clock }) {
    this.rateLimits = deps.rateLimits;
    this.leases = deps.leases;
    this.clock = deps.clock;
  }

  async execute(): Promise<void> {
    await this.rateLimits.deleteEnded(this.clock.now());
    await this.leases.deleteExpired();
  }
}
