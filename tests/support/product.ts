import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../adapters/postgres/client.ts";
import { createApi } from "../../api/app.ts";
import { loadConfig } from "../../config.ts";
import { buildProduct, type Product } from "../../container.ts";
import { CreateKey } from "../../core/access/create-key.ts";
import type { Clock, HealthProbe, Logger } from "../../core/shared/ports.ts";
import { RecordingLogger } from "../fakes/recording-logger.ts";
import { openTestDatabase } from "./database.ts";
import { type OpenAiServer, startOpenAiServer } from "./openai-server.ts";

export interface TestProduct {
  product: Product;
  database: Database;
  model: OpenAiServer;
  logger: RecordingLogger;
  /** A key without a quota, and how to make more. */
  key: string;
  newKey(options?: { monthlyQuota?: number; expiresAt?: Date; name?: string }): Promise<{ id: number; text: string }>;
  request(path: string, init?: RequestInit): Promise<Response>;
  /** POST of JSON with the key. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  stopping: AbortController;
  closing: AbortController;
  close(): Promise<void>;
}

export interface TestProductOptions {
  environment?: Record<string, string>;
  clock?: Clock;
  /** The built-in answerer instead of the stand-in for a model server. */
  embedded?: boolean;
  probes?: HealthProbe[];
  logger?: Logger;
}

/** The whole product as the program builds it, on a database of its own, without a socket. */
export async function startTestProduct(options: TestProductOptions = {}): Promise<TestProduct> {
  const database = await openTestDatabase();
  const model = await startOpenAiServer();
  const dataDir = await mkdtemp(join(tmpdir(), "agent-t-test-"));
  const environment = { DATA_DIR: dataDir, RATE_LIMIT_SCALE: "1000", ...options.environment };
  const config = loadConfig(options.embedded ? environment : { OPENAI_BASE_URL: model.url, ...environment });
  const logger = new RecordingLogger();
  const stopping = new AbortController();
  const closing = new AbortController();
  const facts = { name: "Agent T", version: "0.4.0" };
  const product = await buildProduct({
    ...{ config, facts, database, logger: options.logger ?? logger, guideFolder: "docs/guide" },
    ...{ stopping: stopping.signal, probes: options.probes ?? [] },
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const app = createApi({
    ...{ ...product, facts, logger: options.logger ?? logger, trustProxy: config.http.trustProxy },
    ...{ publicUrl: config.http.publicUrl, closing: closing.signal },
  });
  const newKey: TestProduct["newKey"] = async (
    { monthlyQuota = null, expiresAt = null, name = "test" } = {} as never,
  ) => {
    const { key, text } = await product.resolver
      .resolve(CreateKey)
      .execute({ owner: "tests", name, expiresAt, monthlyQuota });
    return { id: key.id, text };
  };
  const { text: key } = await newKey();
  const request = async (path: string, init?: RequestInit) => app.request(path, init);
  return {
    ...{ product, database, model, logger, key, newKey, request, stopping, closing },
    post: (path, body, headers = {}, signal) =>
      request(path, {
        method: "POST",
        headers: { "api-key": key, "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...(signal ? { signal } : {}),
      }),
    close: async () => {
      await product.afterwork.idle();
      await product.close();
      await model.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The frames of an event stream, `[DONE]` and comments as text. */
export async function readFrames(response: Response): Promise<(Record<string, unknown> | string)[]> {
  const text = await response.text();
  return text
    .split("\n\n")
    .filter((part) => part !== "")
    .map((part) => {
      const data = part.startsWith("data: ") ? part.slice(6) : part;
      return data.startsWith("{") ? (JSON.parse(data) as Record<string, unknown>) : data;
    });
}
