import { PostgresApiKeys } from "../../../../adapters/postgres/repositories/postgres-api-keys.ts";
import { PostgresUsageRecords } from "../../../../adapters/postgres/repositories/postgres-usage-records.ts";
import { describeUsageRecords } from "../../../contracts/usage-records.contract.ts";
import { aKey } from "../../../support/api-key.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeUsageRecords("PostgresUsageRecords", async () => {
  const database = await openTestDatabase();
  const keys = new PostgresApiKeys({ database });
  return {
    records: new PostgresUsageRecords({ database }),
    newKey: async () => (await keys.create(aKey())).id,
    close: () => database.close(),
  };
});
