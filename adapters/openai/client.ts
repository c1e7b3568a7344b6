import { OpenAI } from "openai";
import { Agent } from "undici";
import { pooledFetch } from "./pooled-fetch.ts";

export interface OpenAiConfig {
  apiKey: string | undefined;
  /** Another server that speaks the same API; undefined is OpenAI itself. */
  baseUrl: string | undefined;
  /** Most sockets at once. */
  connections?: number;
  /** Longest silence of the server in milliseconds, a second net under the callers' own limits; 65 s unless given. */
  silenceMs?: number;
}

export interface OpenAiConnection {
  client: OpenAI;
  /** Ends what still runs and closes every socket. */
  close(): Promise<void>;
}

/** One per process: the client and the sockets it keeps open. */
export function connectOpenAi(config: OpenAiConfig): OpenAiConnection {
  const silenceMs = config.silenceMs ?? 65_000;
  const agent = new Agent({
    connections: config.connections ?? 64,
    keepAliveTimeout: 60_000,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });
  const client = new OpenAI({
    apiKey: config.apiKey || "local", // the client refuses an empty one, local servers ask for none
    baseURL: config.baseUrl ?? "https://api.openai.com/v1",
    maxRetries: 2,
    timeout: silenceMs,
    fetch: pooledFetch(agent),
    // Left out, each of these would be read from the environment behind the configuration's back.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Its log repeats prompts and answers.
    logLevel: "off",
  });
  return { client, close: () => agent.destroy() };
}
