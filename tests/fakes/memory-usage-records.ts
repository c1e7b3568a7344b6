import type { UsageRecords, UsageRow } from "../../core/access/ports.ts";

export class MemoryUsageRecords implements UsageRecords {
  /** Thrown by the next calls of `add` while it is set. */
  failure: Error | undefined;
  private readonly rows: UsageRow[] = [];

  async add(rows: readonly UsageRow[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const row of rows) {
      const known = this.rows.find(
        (one) => one.keyId === row.keyId && one.day === row.day && one.endpoint === row.endpoint,
      );
      if (known === undefined) this.rows.push({ ...row });
      else {
        known.calls += row.calls;
        known.modelTokens += row.modelTokens;
      }
    }
  }

  async listByKey(keyId: number): Promise<UsageRow[]> {
    return this.rows.filter((row) => row.keyId === keyId).map((row) => ({ ...row }));
  }
}
