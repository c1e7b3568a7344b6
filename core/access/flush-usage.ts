import type { UsageRecords } from "./ports.ts";
import type { UsageBuffer } from "./usage-buffer.ts";

/** Stores what this process counted since the last time; what cannot be stored is kept for the next time. */
export class FlushUsage {
  private readonly usage: UsageBuffer;
  private readonly records: UsageRecords;

  constructor(deps: { usage: UsageBuffer; records: UsageRecords }) {
    this.usage = deps.usage;
    this.records = deps.records;
  }

  async execute(): Promise<void> {
    const rows = this.usage.drain();
    if (rows.length === 0) return;
    try {
      await this.records.add(rows);
    } catch (error) {
      for (const row of rows) this.usage.add(row);
      throw error;
    }
  }
}
