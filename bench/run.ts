import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchChat, type ChatOptions } from "./chat.ts";
import { Cleanup } from "./support/cleanup.ts";
import { describeMachine } from "./support/machine.ts";
import type { Report } from "./support/report.ts";
import { ROOT } from "./support/root.ts";

const BENCHES: Record<string, (cleanup: Cleanup, options: ChatOptions) => Promise<Report>> = { chat: benchChat };

const USAGE = `npm run bench -- [names] [options]

Names: ${Object.keys(BENCHES).join(", ")}; none means all.
  --connections 64   clients at once
  --rounds 5         rounds over all lines; the median counts
  --seconds 4        length of one line's turn in a round
  --frames 50        frames in which the model's streamed answer of 200 characters comes
  --save             write the report into bench/README.md
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      connections: { type: "string", default: "64" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      frames: { type: "string", default: "50" },
      save: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const options = {
    connections: Number(values.connections),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    frames: Number(values.frames),
  };
  const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
  const wrong = Object.values(options).some((value) => !(value >= 1)) || names.some((name) => !BENCHES[name]);
  if (values.help || wrong) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  const reports: Report[] = [];
  const machine = describeMachine();
  try {
    for (const name of names) reports.push((await BENCHES[name]?.(cleanup, options)) as Report);
  } catch (error) {
    if (!cleanup.begun) throw error;
  } finally {
    await cleanup.run();
  }
  const problems = reports.flatMap((report) => report.problems);
  const text = [
    machine,
    ...reports.map((report) => report.markdown),
    ...problems.map((one) => `**NOT VALID: ${one}**`),
  ];
  console.log(`\n${text.join("\n\n")}`);
  if (values.save) save(text.join("\n\n"));
  return problems.length === 0 ? 0 : 1;
}

function save(text: string): void {
  const path = join(ROOT, "bench", "README.md");
  const readme = readFileSync(path, "utf8");
  const place = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;
  writeFileSync(
    path,
    readme.replace(place, (_all, start: string, end: string) => `${start}\n${text}\n\n${end}`),
  );
}

process.exitCode = await main();
