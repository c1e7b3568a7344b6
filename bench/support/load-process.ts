import { randomUUID } from "node:crypto";
import autocannon from "autocannon";
import type { LoadJob, LoadResult } from "./load.ts";
import { percentile } from "./statistics.ts";

/** A client keeps a conversation for so many messages, then begins another. */
const MESSAGES_A_SESSION = 10;
const MESSAGE = "What is the difference between a native token and a coin?";

process.on("message", (job: LoadJob) => {
  load(job).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ broken: String(error) }), // boundary: the other process reports it
  );
});
process.once("disconnect", () => process.exit());

async function load({ url, connections, seconds, headers }: LoadJob): Promise<LoadResult> {
  const times: number[] = [];
  const result = await autocannon({
    ...{ url, connections, duration: seconds, method: "POST", timeout: 30 },
    headers: { "content-type": "application/json", ...headers },
    setupClient(client) {
      let sent = 0;
      let session = "";
      const next = (): void => {
        if (sent++ % MESSAGES_A_SESSION === 0) session = randomUUID();
        client.setBody(JSON.stringify({ message: MESSAGE, session_id: session }));
      };
      next();
      // Its own percentiles are whole milliseconds.
      client.on("response", (_status, _bytes, time) => {
        times.push(time);
        next();
      });
    },
  });
  times.sort((left, right) => left - right);
  return {
    answered: result["2xx"],
    failed: result.non2xx + result.errors,
    perSecond: result["2xx"] / result.duration,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
  };
}
