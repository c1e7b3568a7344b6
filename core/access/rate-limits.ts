import { RateLimitedError } from "../shared/errors.ts";
import type { RateLimit } from "./ports.ts";

/** Calls a minute and caller by kind of route, before `RATE_LIMITS` and `RATE_LIMIT_SCALE` (http-api.md 2.5). */
export const DEFAULT_RATE_LIMITS = {
  chat: 60,
  "token-analysis": 60,
  "bypass-cache": 6,
  "tool-routes": 600,
  images: 20,
  background: 20,
  files: 60,
  graph: 120,
  usage: 60,
  "payment-reads": 240,
  unpaid: 60,
  "wrong-keys": 30,
} as const;

export type RateLimitName = keyof typeof DEFAULT_RATE_LIMITS;

export type RateLimitTable = Record<RateLimitName, RateLimit>;

/** The limits in force: single ones replaced by `overrides` (calls a minute), then all multiplied by `scale`. */
export function rateLimitTable(scale: number, overrides: Partial<Record<RateLimitName, number>>): RateLimitTable {
  const entries = Object.entries({ ...DEFAULT_RATE_LIMITS, ...overrides });
  return Object.fromEntries(
    entries.map(([name, perMinute]) => [name, { perMinute: Math.max(1, Math.round(perMinute * scale)) }]),
  ) as RateLimitTable;
}

/** The refusal of a call too many; a wait shorter than a second is one second. */
export function rateLimited(waitMs: number): RateLimitedError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new RateLimitedError("rate_limited", `retry after ${seconds} s`, seconds);
}

/** One bucket an IPv4 address, one a /64 of IPv6: whoever holds one IPv6 address holds its whole /64. */
export function addressBucket(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
