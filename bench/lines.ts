import { join } from "node:path";
import { type Agent, emptyFolder, startAgent } from "./support/agent.ts";
import type { Cleanup } from "./support/cleanup.ts";
import type { Programs } from "./support/compile.ts";
import { type BenchDatabase, createDatabase } from "./support/database.ts";
import { firstMessage, launch, type Running } from "./support/processes.ts";

/** 200 characters, what a model says to a short question. */
const TEXT =
  "A native token lives on the ledger itself, beside the coin that pays its fees. Both move under the same rules, so a " +
  "token needs no contract to be sent, and it is as safe as the coin that it travels with.";

const KEY = `atk_${"bench".padEnd(43, "-")}`;
const HEADERS = { "api-key": KEY };

/** One server under measurement. */
export interface Line {
  name: string;
  /** Where its chats are posted to. */
  url: string;
  headers: Record<string, string>;
  running: Running;
  /** Set for Agent T: where it tells how many calls it counted. */
  usageUrl?: string;
}

export interface Lines {
  all: Line[];
  agents: Line[];
  modelUrl: string;
  database: BenchDatabase | { missing: string };
}

/** Starts the stand-in for the model and every server in front of it, each in a process of its own. */
export async function startLines(cleanup: Cleanup, program: Programs, frames: number): Promise<Lines> {
  const model = await startServer(cleanup, program("model-stand-in"), [TEXT, String(frames)]);
  const modelUrl = `${model.url}/v1`;
  const plain = async (name: Parameters<Programs>[0]): Promise<Line> => {
    const { url, running } = await startServer(cleanup, program(name), [modelUrl]);
    return { name, url: `${url}/chat`, headers: HEADERS, running };
  };
  const database = await createDatabase(cleanup);
  const agents: Line[] = [];
  if ("url" in database) {
    agents.push(line("agent-t on PostgreSQL", await startChatAgent(cleanup, modelUrl, database.url)));
  }
  agents.push(line("agent-t on PGlite", await startChatAgent(cleanup, modelUrl, undefined)));
  const all = [await plain("proxy"), await plain("openai"), await plain("openai-pooled"), ...agents];
  for (const one of all) await check(one);
  return { all, agents, modelUrl, database };
}

function line(name: string, agent: Agent): Line {
  return { name, url: `${agent.url}/chat`, headers: HEADERS, running: agent, usageUrl: `${agent.url}/usage` };
}

async function startServer(cleanup: Cleanup, file: string, args: string[]): Promise<{ url: string; running: Running }> {
  const running = launch(cleanup, file, { args, talks: true });
  const { url } = await firstMessage<{ url: string }>(running);
  return { url, running };
}

// Limits are lifted, not switched off: each call is still counted against one.
function startChatAgent(cleanup: Cleanup, modelUrl: string, databaseUrl: string | undefined): Promise<Agent> {
  const folder = emptyFolder(cleanup);
  return startAgent(cleanup, folder, {
    LOG_LEVEL: "warn",
    DATA_DIR: join(folder, "data"),
    OPENAI_BASE_URL: modelUrl,
    OPENAI_MODEL_DEFAULT: "stand-in",
    RATE_LIMIT_SCALE: "1000000",
    BOOTSTRAP_API_KEY: KEY,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  });
}

/** A fast wrong answer is no answer. */
async function check({ name, url, headers }: Line): Promise<void> {
  const body = JSON.stringify({ message: "hello", session_id: "check" });
  const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const text = await reply.text();
  if (reply.status !== 200 || !text.includes(TEXT)) throw new Error(`${name} answers ${reply.status} ${text}`);
}
