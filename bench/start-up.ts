import { emptyFolder, startAgent } from "./support/agent.ts";
import type { Cleanup } from "./support/cleanup.ts";
import { median } from "./support/statistics.ts";
import { fixed, table } from "./support/table.ts";

const STARTS = 5;

/** From `node dist/main.js` to the first healthy answer, with no settings but the database. */
export async function measureStartUp(cleanup: Cleanup, databaseUrl: string | undefined): Promise<string> {
  const times: Record<string, number[]> = {};
  const start = async (name: string, folder: string, env: Record<string, string>) => {
    const agent = await startAgent(cleanup, folder, env);
    times[name] = [...(times[name] ?? []), agent.healthyMs];
    await agent.stop();
  };
  for (let number = 1; number <= STARTS; number++) {
    console.error(`start ${number} of ${STARTS}`);
    const folder = emptyFolder(cleanup);
    await start("embedded, first start in an empty folder", folder, {});
    await start("embedded, second start", folder, {});
    if (databaseUrl !== undefined) await start("PostgreSQL", folder, { DATABASE_URL: databaseUrl });
  }
  return table(
    ["healthy after", "median ms", "lowest", "highest"],
    Object.entries(times).map(([name, all]) => [
      name,
      fixed(median(all), 0),
      fixed(Math.min(...all), 0),
      fixed(Math.max(...all), 0),
    ]),
  );
}
