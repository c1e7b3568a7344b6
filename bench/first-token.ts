import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import type { Line } from "./lines.ts";
import { percentile, sorted } from "./support/statistics.ts";
import { fixed, table } from "./support/table.ts";

const REQUESTS = 300;
// Streams were not among the load before: the code must be as warm as in a server that has run for a while.
const WARM_UP = 300;
/** In turns, so that a slower machine is slower for all; not one by one, or each would pay for what the last left to do. */
const TURN = 50;
const MESSAGES_A_SESSION = 10;
const MESSAGE = "What is the difference between a native token and a coin?";

interface Source {
  name: string;
  url: string;
  headers: Record<string, string>;
  body(number: number): object;
  /** What the first frame with words has in it, and no frame before. */
  mark: RegExp;
}

/** From the request to the first words, one request at a time: through Agent T, and straight from the model. */
export async function measureFirstToken(agents: Line[], modelUrl: string): Promise<string> {
  const direct: Source = {
    name: "straight to the model",
    url: `${modelUrl}/chat/completions`,
    headers: {},
    body: () => ({ model: "stand-in", messages: [{ role: "user", content: MESSAGE }], stream: true }),
    mark: /"content":"[^"]/,
  };
  const sources = [direct, ...agents.map(throughAgent)];
  const times = new Map<Source, number[]>(sources.map((source) => [source, []]));
  const agent = new Agent({ keepAlive: true });
  for (let turn = 0; turn < WARM_UP + REQUESTS; turn += TURN) {
    for (const source of sources) {
      for (let number = turn; number < turn + TURN; number++) {
        const ms = await firstWords(source, number, agent);
        if (number >= WARM_UP) times.get(source)?.push(ms);
      }
    }
  }
  agent.destroy();
  const [p50, p99] = [50, 99].map((percent) => (source: Source) => {
    return percentile(sorted(times.get(source) ?? []), percent);
  }) as [(source: Source) => number, (source: Source) => number];
  return table(
    ["first words", "p50 ms", "p99 ms", "added p50 ms", "added p99 ms"],
    sources.map((source) => {
      const added = (of: typeof p50) => (source === direct ? "" : fixed(of(source) - of(direct), 2));
      return [source.name, fixed(p50(source), 2), fixed(p99(source), 2), added(p50), added(p99)];
    }),
  );
}

function throughAgent({ name, url, headers }: Line): Source {
  let session = "";
  return {
    ...{ name, url, headers },
    body(number) {
      if (number % MESSAGES_A_SESSION === 0) session = randomUUID();
      return { message: MESSAGE, session_id: session, stream: true };
    },
    mark: /"type":"content","text":"./,
  };
}

/** Milliseconds; resolves after the whole answer, so that the next request meets an idle server. */
function firstWords(source: Source, number: number, agent: Agent): Promise<number> {
  const body = JSON.stringify(source.body(number));
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...source.headers };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let text = "";
    let heardAt: number | undefined;
    const sent = request(source.url, { method: "POST", agent, headers }, (response) => {
      response.on("data", (part: Buffer) => {
        if (heardAt !== undefined) return;
        text += part;
        if (source.mark.test(text)) heardAt = performance.now();
      });
      response.on("end", () => {
        if (heardAt === undefined) reject(new Error(`${source.name}: ${response.statusCode} ${text}`));
        else resolve(heardAt - begun);
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
