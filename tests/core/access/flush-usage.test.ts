import { beforeEach, describe, expect, it } from "vitest";
import { FlushUsage } from "../../../core/access/flush-usage.ts";
import { UsageBuffer } from "../../../core/access/usage-buffer.ts";
import { MemoryUsageRecords } from "../../fakes/memory-usage-records.ts";

const ROW = { keyId: 1, day: "2026-11-22", endpoint: "/chat", calls: 1, modelTokens: 10 };

let usage: UsageBuffer;
let records: MemoryUsageRecords;
let flush: FlushUsage;
beforeEach(() => {
  usage = new UsageBuffer();
  records = new MemoryUsageRecords();
  flush = new FlushUsage({ usage, records });
});

describe("storing usage", () => {
  it("stores what was counted, once", async () => {
    usage.add(ROW);
    usage.add(ROW);
    await flush.execute();
    await flush.execute();
    expect(await records.listByKey(1)).toEqual([{ ...ROW, calls: 2, modelTokens: 20 }]);
  });

  it("does not trouble the store when nothing was counted", async () => {
    records.failure = new Error("the database is gone");
    await flush.execute();
    expect(await records.listByKey(1)).toEqual([]);
  });

  it("keeps for the next time what could not be stored, with what is counted meanwhile", async () => {
    usage.add(ROW);
    usage.add({ ...ROW, keyId: 2 });
    records.failure = new Error("the database is gone");
    await expect(flush.execute()).rejects.toThrow("the database is gone");
    usage.add(ROW);
    records.failure = undefined;
    await flush.execute();
    expect(await records.listByKey(1)).toEqual([{ ...ROW, calls: 2, modelTokens: 20 }]);
    expect(await records.listByKey(2)).toEqual([{ ...ROW, keyId: 2 }]);
  });
});
