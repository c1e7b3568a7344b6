import { PostgresLeases } from "../../../../adapters/postgres/repositories/postgres-leases.ts";
import { describeLeases } from "../../../contracts/leases.contract.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeLeases("PostgresLeases", async () => {
  const database = await openTestDatabase();
  const runOut = database.hot(
    "update leases set expires_at = clock_timestamp() - interval '2 hours' where name = $1::text",
  );
  return {
    leases: new PostgresLeases({ database }),
    expire: async (name) => void (await runOut([name])),
    close: () => database.close(),
  };
});
