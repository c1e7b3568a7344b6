import { PostgresApiKeys } from "../../../../adapters/postgres/repositories/postgres-api-keys.ts";
import { describeApiKeys } from "../../../contracts/api-keys.contract.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeApiKeys("PostgresApiKeys", async () => {
  const database = await openTestDatabase();
  return { keys: new PostgresApiKeys({ database }), close: () => database.close() };
});
