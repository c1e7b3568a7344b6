import type { OpenAI } from "openai";
import { afterEach } from "vitest";
import { connectOpenAi } from "../../../adapters/openai/client.ts";
import { OpenAiLanguageModel, type OpenAiLanguageModelConfig } from "../../../adapters/openai/openai-language-model.ts";
import type { ModelEvent, ModelRequest } from "../../../core/chat/ports.ts";
import type { LogFields, Logger } from "../../../core/shared/ports.ts";
import { type OpenAiServer, type OpenAiServerOptions, startOpenAiServer } from "../../support/openai-server.ts";

export const KEY = "sk-planted-key";

export const COMPATIBLE: OpenAiLanguageModelConfig = {
  provider: "openai-compatible",
  models: { default: "tiny", advanced: undefined, vision: undefined },
};

export interface Bench {
  server: OpenAiServer;
  client: OpenAI;
  /** Every line that was logged, as JSON. */
  log: string[];
  logger: Logger;
  model(config?: OpenAiLanguageModelConfig, idleLimitMs?: number): OpenAiLanguageModel;
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A stand-in server and a client of it, both closed after the test. */
export async function openBench(options: OpenAiServerOptions = {}): Promise<Bench> {
  const server = await startOpenAiServer(options);
  const connection = connectOpenAi({ apiKey: KEY, baseUrl: server.url });
  closing.push(connection.close, server.close);
  const log: string[] = [];
  const line = (message: string, fields?: LogFields): void => void log.push(JSON.stringify([message, fields]));
  const logger = { debug: line, info: line, warn: line, error: line };
  const { client } = connection;
  const model = (config = COMPATIBLE, idleLimitMs = 10_000): OpenAiLanguageModel =>
    new OpenAiLanguageModel({ client, config, logger, idleLimitMs });
  return { server, client, log, logger, model };
}

export function asking(text: string, changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    use: "default",
    system: "Be brief.",
    messages: [{ role: "user", text }],
    tools: [],
    output: { kind: "text" },
    streamed: true,
    maxTokens: 100,
    ...changes,
  };
}

export async function eventsOf(
  model: OpenAiLanguageModel,
  request: ModelRequest,
  signal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.answer(request, signal)) events.push(event);
  return events;
}

export function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
