import { MemoryRateLimits } from "../fakes/memory-rate-limits.ts";
import { describeRateLimits } from "./rate-limits.contract.ts";

describeRateLimits("MemoryRateLimits", async () => ({ rateLimits: new MemoryRateLimits() }));
