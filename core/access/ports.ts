import type { ApiKey } from "./api-key.ts";

export interface ApiKeys {
  findByHash(hash: string): Promise<ApiKey | undefined>;
  /**
   * The key, and one call of a usable one counted under `${prefix}${id}` as RateLimits.take would, in one step.
   * `admitted` is false for a call too many. A key that does not work counts nothing.
   */
  findAndTake(
    hash: string,
    prefix: string,
    limit: RateLimit,
    now: Date,
  ): Promise<{ key: ApiKey; admitted: boolean } | undefined>;
  /** Throws AppError not_found `key_not_found`. */
  get(id: number): Promise<ApiKey>;
  listAll(): Promise<ApiKey[]>;
  /** The id is given by the store. A hash that exists already gives that key, made active again. */
  create(key: Omit<ApiKey, "id">): Promise<ApiKey>;
  /** Throws AppError not_found `key_not_found`. */
  save(key: ApiKey): Promise<void>;
}

/** One limit: `perMinute` calls a minute, all of which may come at once. */
export interface RateLimit {
  perMinute: number;
}

/** Windows of limits, shared by all processes on one database. */
export interface RateLimits {
  /** Counts one call under `name`; returns 0, or the milliseconds to wait when it is one too many (and not counted). */
  take(name: string, limit: RateLimit, now: Date): Promise<number>;
  /** Like `take`, without counting: whether a call would be let through. */
  peek(name: string, limit: RateLimit, now: Date): Promise<number>;
  /** Erases windows that ended before `now`; returns how many. */
  deleteEnded(now: Date): Promise<number>;
}

export interface UsageRow {
  keyId: number;
  /** UTC day, `2026-11-22`. */
  day: string;
  endpoint: string;
  calls: number;
  modelTokens: number;
}

export interface UsageRecords {
  /** Adds to the rows of the same key, day and endpoint: all or nothing. */
  add(rows: readonly UsageRow[]): Promise<void>;
  listByKey(keyId: number): Promise<UsageRow[]>;
}

/** Counted calls of keys that have a monthly quota. `month` is its first day, `2026-11-01`. */
export interface Quotas {
  /** Counts one call unless `quota` are counted already; false when they are. Exact over all processes. */
  claim(keyId: number, month: string, quota: number): Promise<boolean>;
  /** Takes one counted call back. */
  release(keyId: number, month: string): Promise<void>;
  find(keyId: number, month: string): Promise<number>;
}
