import { PostgresApiKeys } from "../../../../adapters/postgres/repositories/postgres-api-keys.ts";
import { PostgresQuotas } from "../../../../adapters/postgres/repositories/postgres-quotas.ts";
import { describeQuotas } from "../../../contracts/quotas.contract.ts";
import { aKey } from "../../../support/api-key.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeQuotas("PostgresQuotas", async () => {
  const database = await openTestDatabase();
  const keys = new PostgresApiKeys({ database });
  return {
    quotas: new PostgresQuotas({ database }),
    newKey: async () => (await keys.create(aKey())).id,
    close: () => database.close(),
  };
});
