import type { Call } from "../shared/call.ts";
import type { Clock } from "../shared/ports.ts";
import { utcMonth } from "../shared/time.ts";
import type { Quotas } from "./ports.ts";
import { quotaExceeded } from "./quota.ts";

/**
 * Turns away a key whose monthly quota is used up, before any work. A look only: the use case that does the work counts
 * the call, exactly.
 */
export class CheckQuota {
  private readonly quotas: Quotas;
  private readonly clock: Clock;

  constructor(deps: { quotas: Quotas; clock: Clock }) {
    this.quotas = deps.quotas;
    this.clock = deps.clock;
  }

  async execute(call: Call): Promise<void> {
    const { actor } = call;
    if (actor.kind !== "api-key" || actor.monthlyQuota === null) return;
    const now = this.clock.now();
    const used = await this.quotas.find(actor.keyId, utcMonth(now));
    if (used >= actor.monthlyQuota) throw quotaExceeded(actor.monthlyQuota, now);
  }
}
