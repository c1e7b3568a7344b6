import type { Actor } from "../shared/call.ts";
import { AppError, RateLimitedError } from "../shared/errors.ts";
import type { Clock, Hasher } from "../shared/ports.ts";
import { rfc3339 } from "../shared/time.ts";
import { hasKeyForm } from "./api-key.ts";
import type { ApiKeys, RateLimits } from "./ports.ts";
import { addressBucket, type RateLimitTable } from "./rate-limits.ts";

export interface AuthenticateKeyInput {
  /** As sent; may be anything. */
  key: string;
  /** Where the request came from, to slow down guessing. */
  address: string;
}

/** Recognises a service key. Wrong keys are limited per address (http-api.md 2.5), right ones never by this. */
export class AuthenticateKey {
  private readonly keys: ApiKeys;
  private readonly rateLimits: RateLimits;
  private readonly limits: RateLimitTable;
  private readonly hasher: Hasher;
  private readonly clock: Clock;

  constructor(deps: { keys: ApiKeys; rateLimits: RateLimits; limits: RateLimitTable; hasher: Hasher; clock: Clock }) {
    this.keys = deps.keys;
    this.rateLimits = deps.rateLimits;
    this.limits = deps.limits;
    this.hasher = deps.hasher;
    this.clock = deps.clock;
  }

  async execute(input: AuthenticateKeyInput): Promise<Extract<Actor, { kind: "api-key" }>> {
    const hash = hasKeyForm(input.key) ? this.hasher.sha256(input.key) : undefined;
    const found = hash === undefined ? undefined : await this.keys.findByHash(hash);
    if (hash === undefined || found === undefined || !this.hasher.equal(found.hash, hash)) {
      return this.refuse(input.address, "invalid_api_key", "API Key is not valid");
    }
    if (!found.isActive) return this.refuse(input.address, "revoked_api_key", "API Key was revoked");
    if (found.expiresAt !== null && found.expiresAt <= this.clock.now()) {
      return this.refuse(input.address, "expired_api_key", `API Key expired on ${rfc3339(found.expiresAt)}`);
    }
    return { kind: "api-key", keyId: found.id, monthlyQuota: found.monthlyQuota };
  }

  private async refuse(address: string, reason: string, message: string): Promise<never> {
    const name = `wrong-keys:${addressBucket(address)}`;
    const waitMs = await this.rateLimits.take(name, this.limits["wrong-keys"], this.clock.now());
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new RateLimitedError("rate_limited", `retry after ${seconds} s`, seconds);
    }
    throw new AppError("unauthenticated", reason, message);
  }
}
