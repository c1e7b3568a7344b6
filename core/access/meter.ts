import type { Call } from "../shared/call.ts";
import type { Clock } from "../shared/ports.ts";
import { utcDay, utcMonth } from "../shared/time.ts";
import type { Quotas } from "./ports.ts";
import { quotaExceeded } from "./quota.ts";
import type { UsageBuffer } from "./usage-buffer.ts";

/** A counted call under way: ends with exactly one of the two. */
export interface MeteredCall {
  /** The call succeeded and used `modelTokens`. */
  commit(modelTokens: number): void;
  /** The call failed: it does not count. */
  release(): Promise<void>;
}

/** Counts the calls of service keys. Use cases that count wrap their work in it, so no surface can forget. */
export class Meter {
  private readonly quotas: Quotas;
  private readonly usage: UsageBuffer;
  private readonly clock: Clock;

  constructor(deps: { quotas: Quotas; usage: UsageBuffer; clock: Clock }) {
    this.quotas = deps.quotas;
    this.usage = deps.usage;
    this.clock = deps.clock;
  }

  /** `endpoint` is the root path the call counts under. Throws RateLimitedError `quota_exceeded`. */
  async open(call: Call, endpoint: string): Promise<MeteredCall> {
    const { actor } = call;
    if (actor.kind !== "api-key") return { commit: () => {}, release: async () => {} };
    const now = this.clock.now();
    const { keyId, monthlyQuota } = actor;
    if (monthlyQuota !== null && !(await this.quotas.claim(keyId, utcMonth(now), monthlyQuota))) {
      throw quotaExceeded(monthlyQuota, now);
    }
    return {
      commit: (modelTokens) => this.usage.add({ keyId, day: utcDay(now), endpoint, calls: 1, modelTokens }),
      release: async () => {
        if (monthlyQuota !== null) await this.quotas.release(keyId, utcMonth(now));
      },
    };
  }
}
