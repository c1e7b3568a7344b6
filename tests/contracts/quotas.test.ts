import { MemoryQuotas } from "../fakes/memory-quotas.ts";
import { describeQuotas } from "./quotas.contract.ts";

describeQuotas("MemoryQuotas", async () => {
  let keys = 0;
  return { quotas: new MemoryQuotas(), newKey: async () => ++keys };
});
