import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "./lines.ts";
import type { Load, LoadResult } from "./support/load.ts";
import { peakMemory, processorTime } from "./support/processes.ts";
import type { Report } from "./support/report.ts";
import { median, sorted } from "./support/statistics.ts";
import { fixed, table } from "./support/table.ts";

export interface ThroughputOptions {
  connections: number;
  rounds: number;
  seconds: number;
}

const WARM_UP_SECONDS = 4;
/** What the last turn cut off ends meanwhile. */
const PAUSE_MS = 250;

interface Turn extends LoadResult {
  /** Processor time of the server for one answer, in milliseconds. */
  cpuMs: number | undefined;
}

const HEAD = [
  ...["line", "requests/s", "lowest–highest", "p50 ms", "p99 ms", "CPU ms/request", "peak memory MB"],
  ...["of `proxy`", "of `openai`", "failed"],
];

/** Every line in turn, again and again: when the machine slows down it does so for all. */
export async function measureThroughput(lines: Line[], load: Load, options: ThroughputOptions): Promise<Report> {
  const turns = new Map<Line, Turn[]>(lines.map((line) => [line, []]));
  for (const line of lines) await takeTurn(line, load, { ...options, seconds: WARM_UP_SECONDS });
  for (let round = 1; round <= options.rounds; round++) {
    console.error(`round ${round} of ${options.rounds}`);
    for (const line of lines) turns.get(line)?.push(await takeTurn(line, load, options));
  }
  const speeds = lines.map((line) => median((turns.get(line) ?? []).map((turn) => turn.perSecond)));
  const rows = lines.map((line, at) => row(line, turns.get(line) ?? [], speeds, at));
  const counts = await Promise.all(lines.map((line) => uncounted(line, turns.get(line) ?? [])));
  const problems = lines.flatMap((line) => failures(line, turns.get(line) ?? []));
  return { markdown: table(HEAD, rows), problems: [...problems, ...counts.flat()] };
}

async function takeTurn(line: Line, load: Load, { connections, seconds }: ThroughputOptions): Promise<Turn> {
  const before = processorTime(line.running.pid);
  const result = await load({ url: line.url, headers: line.headers, connections, seconds });
  const after = processorTime(line.running.pid);
  await sleep(PAUSE_MS);
  const cpuMs = before === undefined || after === undefined ? undefined : (after - before) / result.answered;
  return { ...result, cpuMs };
}

function row(line: Line, turns: Turn[], speeds: number[], at: number): string[] {
  const of = (value: (turn: Turn) => number | undefined) => median(turns.map((turn) => value(turn) ?? Number.NaN));
  const speed = speeds[at] ?? Number.NaN;
  const ordered = sorted(turns.map((turn) => turn.perSecond));
  const memory = peakMemory(line.running.pid);
  return [
    `${at + 1} \`${line.name}\``,
    fixed(speed, 0),
    `${fixed(ordered[0], 0)}–${fixed(ordered.at(-1), 0)}`,
    fixed(
      of((turn) => turn.p50),
      1,
    ),
    fixed(
      of((turn) => turn.p99),
      1,
    ),
    fixed(
      of((turn) => turn.cpuMs),
      2,
    ),
    fixed(memory && memory / 1e6, 0),
    fixed(speed / (speeds[0] ?? Number.NaN), 3),
    fixed(speed / (speeds[1] ?? Number.NaN), 2),
    String(turns.reduce((sum, turn) => sum + turn.failed, 0)),
  ];
}

function failures(line: Line, turns: Turn[]): string[] {
  const failed = turns.reduce((sum, turn) => sum + turn.failed, 0);
  const silent = turns.some((turn) => turn.answered === 0);
  if (failed === 0 && !silent) return [];
  return [`${line.name}: ${failed} requests failed${silent ? ", in a whole turn none was answered" : ""}`];
}

/** Agent T must have counted every call it answered: a server that skips the work is not being measured. */
async function uncounted({ name, usageUrl, headers }: Line, turns: Turn[]): Promise<string[]> {
  if (usageUrl === undefined) return [];
  const reply = (await (await fetch(usageUrl, { headers })).json()) as { lifetime_calls?: number };
  const { lifetime_calls: counted = 0 } = reply;
  const answered = turns.reduce((sum, turn) => sum + turn.answered, 0);
  return counted >= answered ? [] : [`${name}: counted ${counted} of ${answered} calls`];
}
