import { MemoryApiKeys } from "../fakes/memory-api-keys.ts";
import { describeApiKeys } from "./api-keys.contract.ts";

describeApiKeys("MemoryApiKeys", async () => ({ keys: new MemoryApiKeys() }));
