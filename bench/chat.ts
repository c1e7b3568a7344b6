import { measureFirstToken } from "./first-token.ts";
import { startLines } from "./lines.ts";
import { measureStartUp } from "./start-up.ts";
import { buildAgent } from "./support/agent.ts";
import type { Cleanup } from "./support/cleanup.ts";
import { compilePrograms } from "./support/compile.ts";
import { startLoad } from "./support/load.ts";
import type { Report } from "./support/report.ts";
import { measureThroughput, type ThroughputOptions } from "./throughput.ts";

export interface ChatOptions extends ThroughputOptions {
  /** Frames of the stand-in's streamed answer. */
  frames: number;
}

/** `POST /chat` beside the least that could answer instead: throughput, first words, start-up. */
export async function benchChat(cleanup: Cleanup, options: ChatOptions): Promise<Report> {
  buildAgent();
  const program = await compilePrograms(cleanup);
  const lines = await startLines(cleanup, program, options.frames);
  const { database } = lines;
  const throughput = await measureThroughput(lines.all, startLoad(cleanup, program("load")), options);
  const firstToken = await measureFirstToken(lines.agents, lines.modelUrl);
  await Promise.all(lines.all.map((line) => line.running.stop()));
  const startUp = await measureStartUp(cleanup, "url" in database ? database.url : undefined);
  const { connections, rounds, seconds, frames } = options;
  const setting = `\`chat\`: ${connections} connections, median of ${rounds} rounds of ${seconds} s, ${frames} frames a streamed answer`;
  const server = "url" in database ? database.version : `**PostgreSQL was not measured: ${database.missing}**`;
  return {
    markdown: [`${setting} · ${server}`, throughput.markdown, firstToken, startUp].join("\n\n"),
    problems: throughput.problems,
  };
}
