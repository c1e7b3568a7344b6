import { eq, lt } from "drizzle-orm";
import type { RateLimit, RateLimits } from "../../../core/access/ports.ts";
import type { Database } from "../client.ts";
import { rateBuckets } from "../schema/access.ts";

export const WINDOW_MS = 60_000;

/**
 * GCRA in one upsert: a bucket keeps the moment at which it would be empty again, and a call is let through while that
 * moment lies at most a window ahead. A refused call changes nothing, so a caller that hammers does not wait longer.
 */
export class PostgresRateLimits implements RateLimits {
  private readonly database: Database;
  private readonly upsert: (parameters: [string, number, number, number]) => Promise<{ admitted: number }[]>;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
    this.upsert = deps.database.hot<{ admitted: number }>(
      `insert into rate_buckets as b (name, arrival_ms) values ($1::text, $2::float8 + $3::float8)
       on conflict (name) do update set arrival_ms = greatest(b.arrival_ms, $2::float8) + $3::float8
         where greatest(b.arrival_ms, $2::float8) + $3::float8 <= $2::float8 + $4::float8
       returning 1 as admitted`,
    );
  }

  async take(name: string, limit: RateLimit, now: Date): Promise<number> {
    const admitted = await this.upsert([name, now.getTime(), costMs(limit), WINDOW_MS]);
    return admitted.length > 0 ? 0 : Math.max(1, await this.peek(name, limit, now));
  }

  async peek(name: string, limit: RateLimit, now: Date): Promise<number> {
    const [row] = await this.database.query((db) =>
      db.select({ arrivalMs: rateBuckets.arrivalMs }).from(rateBuckets).where(eq(rateBuckets.name, name)),
    );
    if (row === undefined) return 0;
    return Math.max(0, row.arrivalMs + costMs(limit) - WINDOW_MS - now.getTime());
  }

  async deleteEnded(now: Date): Promise<number> {
    const gone = await this.database.query((db) =>
      db.delete(rateBuckets).where(lt(rateBuckets.arrivalMs, now.getTime())).returning({ name: rateBuckets.name }),
    );
    return gone.length;
  }
}

/**
 * What one call takes of the window. In whole 1/1024 ms, which float8 adds to a time without rounding: fractions that
 * got lost would refuse the last of 9 calls a minute.
 */
export function costMs(limit: RateLimit): number {
  return Math.max(1, Math.floor((WINDOW_MS / limit.perMinute) * 1024)) / 1024;
}
