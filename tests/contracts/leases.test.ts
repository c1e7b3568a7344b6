import { FakeClock } from "../fakes/fake-clock.ts";
import { MemoryLeases } from "../fakes/memory-leases.ts";
import { describeLeases } from "./leases.contract.ts";

describeLeases("MemoryLeases", async () => {
  const leases = new MemoryLeases(new FakeClock());
  return { leases, expire: async (name) => leases.expire(name) };
});
