import { PostgresRateLimits } from "../../../../adapters/postgres/repositories/postgres-rate-limits.ts";
import { describeRateLimits } from "../../../contracts/rate-limits.contract.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeRateLimits("PostgresRateLimits", async () => {
  const database = await openTestDatabase();
  return { rateLimits: new PostgresRateLimits({ database }), close: () => database.close() };
});
