import type { Actor } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { Clock, Hasher } from "../shared/ports.ts";
import { rfc3339 } from "../shared/time.ts";
import { type ApiKey, hasKeyForm } from "./api-key.ts";
import type { ApiKeys, RateLimits } from "./ports.ts";
import { addressBucket, type RateLimitName, type RateLimitTable, rateLimited } from "./rate-limits.ts";

export interface AuthenticateKeyInput {
  /** As sent; may be anything. */
  key: string;
  /** Where the request came from, to slow down guessing. */
  address: string;
  /** The limit the call counts against; none for a look. */
  limit?: RateLimitName | undefined;
}

/**
 * Recognises a service key and holds it to a limit: one step, because every call takes it. Wrong keys are limited per
 * address (http-api.md 2.5), right ones never by that.
 */
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
    const now = this.clock.now();
    const hash = hasKeyForm(input.key) ? this.hasher.sha256(input.key) : undefined;
    const found = hash === undefined ? undefined : await this.find(hash, input.limit, now);
    if (hash === undefined || found === undefined || !this.hasher.equal(found.key.hash, hash)) {
      return this.refuse(input.address, "invalid_api_key", "API Key is not valid");
    }
    const { key } = found;
    if (!key.isActive) return this.refuse(input.address, "revoked_api_key", "API Key was revoked");
    if (key.expiresAt !== null && key.expiresAt <= now) {
      return this.refuse(input.address, "expired_api_key", `API Key expired on ${rfc3339(key.expiresAt)}`);
    }
    if (!found.admitted && input.limit !== undefined) {
      throw rateLimited(await this.rateLimits.peek(`${input.limit}:key:${key.id}`, this.limits[input.limit], now));
    }
    return { kind: "api-key", keyId: key.id, monthlyQuota: key.monthlyQuota };
  }

  private async find(
    hash: string,
    limit: RateLimitName | undefined,
    now: Date,
  ): Promise<{ key: ApiKey; admitted: boolean } | undefined> {
    if (limit !== undefined) return this.keys.findAndTake(hash, `${limit}:key:`, this.limits[limit], now);
    const key = await this.keys.findByHash(hash);
    return key && { key, admitted: true };
  }

  private async refuse(address: string, reason: string, message: string): Promise<never> {
    const name = `wrong-keys:${addressBucket(address)}`;
    const waitMs = await this.rateLimits.take(name, this.limits["wrong-keys"], this.clock.now());
    if (waitMs > 0) throw rateLimited(waitMs);
    throw new AppError("unauthenticated", reason, message);
  }
}
