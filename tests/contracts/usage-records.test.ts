import { MemoryUsageRecords } from "../fakes/memory-usage-records.ts";
import { describeUsageRecords } from "./usage-records.contract.ts";

describeUsageRecords("MemoryUsageRecords", async () => {
  let keys = 0;
  return { records: new MemoryUsageRecords(), newKey: async () => ++keys };
});
