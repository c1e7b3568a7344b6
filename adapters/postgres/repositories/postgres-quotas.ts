import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Quotas } from "../../../core/access/ports.ts";
import type { Database } from "../client.ts";
import { quotaUses } from "../schema/access.ts";

export class PostgresQuotas implements Quotas {
  private readonly database: Database;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
  }

  async claim(keyId: number, month: string, quota: number): Promise<boolean> {
    if (quota <= 0) return false;
    const counted = await this.database.query((db) =>
      db
        .insert(quotaUses)
        .values({ keyId, month, used: 1 })
        .onConflictDoUpdate({
          target: [quotaUses.keyId, quotaUses.month],
          set: { used: sql`${quotaUses.used} + 1` },
          setWhere: lt(quotaUses.used, quota),
        })
        .returning({ used: quotaUses.used }),
    );
    return counted.length > 0;
  }

  async release(keyId: number, month: string): Promise<void> {
    await this.database.query((db) =>
      db
        .update(quotaUses)
        .set({ used: sql`${quotaUses.used} - 1` })
        .where(and(eq(quotaUses.keyId, keyId), eq(quotaUses.month, month), gt(quotaUses.used, 0))),
    );
  }

  async find(keyId: number, month: string): Promise<number> {
    const [row] = await this.database.query((db) =>
      db
        .select({ used: quotaUses.used })
        .from(quotaUses)
        .where(and(eq(quotaUses.keyId, keyId), eq(quotaUses.month, month))),
    );
    return row?.used ?? 0;
  }
}
