import type { Call } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/ports.ts";
import { nextUtcMonth, utcDay, utcMonth } from "../shared/time.ts";
import type { ApiKey } from "./api-key.ts";
import type { FlushUsage } from "./flush-usage.ts";
import type { ApiKeys, Quotas, UsageRecords, UsageRow } from "./ports.ts";

export interface UsageSum {
  calls: number;
  modelTokens: number;
}

export interface Usage {
  key: Omit<ApiKey, "hash">;
  total: UsageSum;
  byEndpoint: Record<string, UsageSum>;
  today: UsageSum;
  thisMonth: UsageSum;
  /** Null for a key without a monthly quota; exact, while the sums may lag by what other processes hold back. */
  quota: { monthlyCalls: number; used: number; resetsAt: Date } | null;
  asOf: Date;
}

/** What the calling key has used, by UTC day and month. A key sees itself and nothing else. */
export class GetUsage {
  private readonly keys: ApiKeys;
  private readonly records: UsageRecords;
  private readonly quotas: Quotas;
  private readonly flushUsage: FlushUsage;
  private readonly clock: Clock;

  constructor(deps: { keys: ApiKeys; records: UsageRecords; quotas: Quotas; flushUsage: FlushUsage; clock: Clock }) {
    this.keys = deps.keys;
    this.records = deps.records;
    this.quotas = deps.quotas;
    this.flushUsage = deps.flushUsage;
    this.clock = deps.clock;
  }

  async execute(call: Call): Promise<Usage> {
    if (call.actor.kind !== "api-key") {
      throw new AppError("unauthenticated", "missing_api_key", "API Key required in the api-key header");
    }
    await this.flushUsage.execute();
    const now = this.clock.now();
    const { hash: _, ...key } = await this.keys.get(call.actor.keyId);
    const rows = await this.records.listByKey(key.id);
    const endpoints = [...new Set(rows.map((row) => row.endpoint))].sort();
    return {
      key,
      total: sum(rows),
      byEndpoint: Object.fromEntries(endpoints.map((name) => [name, sum(rows.filter((row) => row.endpoint === name))])),
      today: sum(rows.filter((row) => row.day === utcDay(now))),
      thisMonth: sum(rows.filter((row) => row.day >= utcMonth(now))),
      quota:
        key.monthlyQuota === null
          ? null
          : {
              monthlyCalls: key.monthlyQuota,
              used: await this.quotas.find(key.id, utcMonth(now)),
              resetsAt: nextUtcMonth(now),
            },
      asOf: now,
    };
  }
}

function sum(rows: readonly UsageRow[]): UsageSum {
  return rows.reduce(
    (total, row) => ({ calls: total.calls + row.calls, modelTokens: total.modelTokens + row.modelTokens }),
    { calls: 0, modelTokens: 0 },
  );
}
