import { and, eq, sql } from "drizzle-orm";
import type { Leases } from "../../../core/shared/ports.ts";
import type { Database } from "../client.ts";
import { leases } from "../schema/shared.ts";

export class PostgresLeases implements Leases {
  private readonly database: Database;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
  }

  async claim(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const expiresAt = sql`clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'`;
    const claimed = await this.database.query((db) =>
      db
        .insert(leases)
        .values({ name, holder, expiresAt })
        .onConflictDoUpdate({
          target: leases.name,
          set: { holder, expiresAt },
          setWhere: sql`${leases.expiresAt} < clock_timestamp() or ${leases.holder} = ${holder}`,
        })
        .returning({ name: leases.name }),
    );
    return claimed.length > 0;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.database.query((db) =>
      db
        .update(leases)
        .set({ expiresAt: sql`'-infinity'` })
        .where(and(eq(leases.name, name), eq(leases.holder, holder))),
    );
  }

  async deleteExpired(): Promise<number> {
    // An hour late: a lease that has just run out still says how far its last holder came.
    const gone = await this.database.query((db) =>
      db
        .delete(leases)
        .where(sql`${leases.expiresAt} < clock_timestamp() - interval '1 hour' and ${leases.name} in (
          select name from leases where expires_at < clock_timestamp() - interval '1 hour' limit 10000)`)
        .returning({ name: leases.name }),
    );
    return gone.length;
  }
}
