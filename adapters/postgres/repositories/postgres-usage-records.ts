import { eq, sql } from "drizzle-orm";
import type { UsageRecords, UsageRow } from "../../../core/access/ports.ts";
import type { Database } from "../client.ts";
import { usageDaily } from "../schema/access.ts";

export class PostgresUsageRecords implements UsageRecords {
  private readonly database: Database;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
  }

  async add(rows: readonly UsageRow[]): Promise<void> {
    if (rows.length === 0) return;
    // In one order everywhere, so that two processes that flush together cannot lock each other out.
    const ordered = [...rows].sort((a, b) => name(a).localeCompare(name(b)));
    await this.database.query((db) =>
      db
        .insert(usageDaily)
        .values(ordered)
        .onConflictDoUpdate({
          target: [usageDaily.keyId, usageDaily.day, usageDaily.endpoint],
          set: {
            calls: sql`${usageDaily.calls} + excluded.calls`,
            modelTokens: sql`${usageDaily.modelTokens} + excluded.model_tokens`,
          },
        }),
    );
  }

  async listByKey(keyId: number): Promise<UsageRow[]> {
    return this.database.query((db) => db.select().from(usageDaily).where(eq(usageDaily.keyId, keyId)));
  }
}

function name(row: UsageRow): string {
  return `${row.keyId} ${row.day} ${row.endpoint}`;
}
