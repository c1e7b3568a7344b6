import type { UsageRow } from "./ports.ts";

/**
 * Usage of this process that is not stored yet. Statistics only: a quota is counted at once, in the database.
 * One row per key, day and endpoint, so that a busy key costs one write a flush and not one a call.
 */
export class UsageBuffer {
  private rows = new Map<string, UsageRow>();

  add(row: UsageRow): void {
    const name = `${row.keyId} ${row.day} ${row.endpoint}`;
    const known = this.rows.get(name);
    if (known === undefined) this.rows.set(name, { ...row });
    else {
      known.calls += row.calls;
      known.modelTokens += row.modelTokens;
    }
  }

  /** Hands over everything and begins anew. */
  drain(): UsageRow[] {
    const rows = [...this.rows.values()];
    this.rows = new Map();
    return rows;
  }
}
