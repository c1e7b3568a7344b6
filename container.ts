import "reflect-metadata";
import { join } from "node:path";
import { type DependencyContainer, type InjectionToken, instanceCachingFactory, container as root } from "tsyringe";
import { JsonSchemaChecker } from "./adapters/json-schema/json-schemas.ts";
import { NodeHasher } from "./adapters/node/node-hasher.ts";
import { RandomIds } from "./adapters/node/random-ids.ts";
import { SystemClock } from "./adapters/node/system-clock.ts";
import type { Database } from "./adapters/postgres/client.ts";
import { PostgresApiKeys } from "./adapters/postgres/repositories/postgres-api-keys.ts";
import { PostgresChatRequests } from "./adapters/postgres/repositories/postgres-chat-requests.ts";
import { PostgresConversations } from "./adapters/postgres/repositories/postgres-conversations.ts";
import { PostgresLeases } from "./adapters/postgres/repositories/postgres-leases.ts";
import { PostgresQuotas } from "./adapters/postgres/repositories/postgres-quotas.ts";
import { PostgresRateLimits } from "./adapters/postgres/repositories/postgres-rate-limits.ts";
import { PostgresUsageRecords } from "./adapters/postgres/repositories/postgres-usage-records.ts";
import { SharpPictures } from "./adapters/sharp/sharp-pictures.ts";
import type { Config, OpenAiConfig } from "./config.ts";
import { AdmitCall } from "./core/access/admit-call.ts";
import { AuthenticateKey } from "./core/access/authenticate-key.ts";
import { CheckQuota } from "./core/access/check-quota.ts";
import { CreateKey } from "./core/access/create-key.ts";
import { EnsureKey } from "./core/access/ensure-key.ts";
import { FlushUsage } from "./core/access/flush-usage.ts";
import { ForgetWindows } from "./core/access/forget-windows.ts";
import { GetUsage } from "./core/access/get-usage.ts";
import { ListKeys } from "./core/access/list-keys.ts";
import { Meter } from "./core/access/meter.ts";
import type { ApiKeys, Quotas, RateLimits, UsageRecords } from "./core/access/ports.ts";
import { type RateLimitTable, rateLimitTable } from "./core/access/rate-limits.ts";
import { RevokeKey } from "./core/access/revoke-key.ts";
import { RotateKey } from "./core/access/rotate-key.ts";
import { SetQuota } from "./core/access/set-quota.ts";
import { UsageBuffer } from "./core/access/usage-buffer.ts";
import { analyzeData } from "./core/chat/analyze-data.ts";
import { AnswerMessage } from "./core/chat/answer-message.ts";
import { calculator } from "./core/chat/calculator.ts";
import { Claims } from "./core/chat/claims.ts";
import { ForgetConversations } from "./core/chat/forget-conversations.ts";
import type { ChatRequests, Conversations, LanguageModel } from "./core/chat/ports.ts";
import { type ChatSettings, StreamAnswer } from "./core/chat/stream-answer.ts";
import { SummariseConversation } from "./core/chat/summarise-conversation.ts";
import type { Tool } from "./core/chat/tool.ts";
import type { Embeddings } from "./core/documents/ports.ts";
import { Afterwork } from "./core/shared/afterwork.ts";
import { DescribeApi } from "./core/shared/describe-api.ts";
import { GetHealth } from "./core/shared/get-health.ts";
import type { PackageFacts } from "./core/shared/package-facts.ts";
import type { Clock, Hasher, HealthProbe, Ids, JsonSchemas, Leases, Logger, Pictures } from "./core/shared/ports.ts";
import type { Resolver } from "./core/shared/resolver.ts";

/** What exists before the container: the program opens and closes these itself. */
export interface Foundations {
  config: Config;
  facts: PackageFacts;
  database: Database;
  logger: Logger;
  /** Folder of the guide that the built-in answerer quotes. */
  guideFolder: string;
  /** Aborts when the server stops taking work. */
  stopping: AbortSignal;
  /** Parts outside the container whose state `GET /health` shows. */
  probes: readonly HealthProbe[];
  clock?: Clock;
}

export interface Product {
  resolver: Resolver;
  ids: Ids;
  hasher: Hasher;
  clock: Clock;
  leases: Leases;
  afterwork: Afterwork;
  /** Begins what takes a while and would make the first answer slow. */
  warmUp(): void;
  /** Ends what the container opened: model connections, worker threads. */
  close(): Promise<void>;
}

const token = <T>(name: string): InjectionToken<T> => Symbol(name) as InjectionToken<T>;

const Port = {
  clock: token<Clock>("Clock"),
  ids: token<Ids>("Ids"),
  hasher: token<Hasher>("Hasher"),
  logger: token<Logger>("Logger"),
  leases: token<Leases>("Leases"),
  jsonSchemas: token<JsonSchemas>("JsonSchemas"),
  pictures: token<Pictures>("Pictures"),
  probes: token<readonly HealthProbe[]>("HealthProbe[]"),
  facts: token<PackageFacts>("PackageFacts"),
  features: token<readonly string[]>("features"),
  stopping: token<AbortSignal>("stopping"),
  apiKeys: token<ApiKeys>("ApiKeys"),
  rateLimits: token<RateLimits>("RateLimits"),
  limits: token<RateLimitTable>("RateLimitTable"),
  usageRecords: token<UsageRecords>("UsageRecords"),
  quotas: token<Quotas>("Quotas"),
  model: token<LanguageModel>("LanguageModel"),
  embeddings: token<Embeddings>("Embeddings"),
  tools: token<readonly Tool[]>("Tool[]"),
  conversations: token<Conversations>("Conversations"),
  chatRequests: token<ChatRequests>("ChatRequests"),
  chatSettings: token<ChatSettings>("ChatSettings"),
};

type Class<T, Deps> = new (deps: Deps) => T;

/** One line a class: a missing, swapped or mistyped dependency does not compile. */
function useCase<T, Deps>(
  c: DependencyContainer,
  target: Class<T, Deps>,
  tokens: { [K in keyof Deps]-?: InjectionToken<Deps[K]> },
): void {
  c.register(target, {
    useFactory: instanceCachingFactory((inner) => {
      const entries = Object.entries(tokens).map(([name, one]) => [name, inner.resolve(one as InjectionToken)]);
      return new target(Object.fromEntries(entries) as Deps);
    }),
  });
}

/** Ports meet implementations here, and nowhere else. */
export async function buildProduct(foundations: Foundations): Promise<Product> {
  const c = root.createChildContainer();
  registerShared(c, foundations);
  registerAccess(c, foundations);
  const model = await openModel(foundations, c.resolve(Port.ids));
  c.register(Port.embeddings, { useValue: model.embeddings });
  registerChat(c, foundations, model.languageModel);
  registerService(c, foundations, [...model.probes, ...foundations.probes]);
  return {
    resolver: c,
    ids: c.resolve(Port.ids),
    hasher: c.resolve(Port.hasher),
    clock: c.resolve(Port.clock),
    leases: c.resolve(Port.leases),
    afterwork: c.resolve(Afterwork),
    warmUp: model.warmUp,
    close: model.close,
  };
}

function registerShared(c: DependencyContainer, { database, logger, clock, stopping, facts }: Foundations): void {
  c.register(Port.clock, { useValue: clock ?? new SystemClock() });
  c.register(Port.ids, { useValue: new RandomIds() });
  c.register(Port.hasher, { useValue: new NodeHasher() });
  c.register(Port.logger, { useValue: logger });
  c.register(Port.leases, { useValue: new PostgresLeases({ database }) });
  c.register(Port.jsonSchemas, { useValue: new JsonSchemaChecker() });
  c.register(Port.pictures, { useValue: new SharpPictures() });
  c.register(Port.stopping, { useValue: stopping });
  c.register(Port.facts, { useValue: facts });
  useCase(c, Afterwork, { logger: Port.logger });
}

function registerAccess(c: DependencyContainer, { config, database }: Foundations): void {
  const { clock, ids, hasher, leases, apiKeys: keys, rateLimits, limits, usageRecords: records, quotas } = Port;
  c.register(keys, { useValue: new PostgresApiKeys({ database }) });
  c.register(rateLimits, { useValue: new PostgresRateLimits({ database }) });
  c.register(limits, { useValue: rateLimitTable(config.access.rateLimitScale, config.access.rateLimits) });
  c.register(records, { useValue: new PostgresUsageRecords({ database }) });
  c.register(quotas, { useValue: new PostgresQuotas({ database }) });
  c.register(UsageBuffer, { useValue: new UsageBuffer() });
  useCase(c, AuthenticateKey, { keys, rateLimits, limits, hasher, clock });
  useCase(c, AdmitCall, { rateLimits, limits, clock });
  useCase(c, CheckQuota, { quotas, clock });
  useCase(c, Meter, { quotas, usage: UsageBuffer, clock });
  useCase(c, FlushUsage, { usage: UsageBuffer, records });
  useCase(c, GetUsage, { keys, records, quotas, flushUsage: FlushUsage, clock });
  useCase(c, CreateKey, { keys, ids, hasher, clock });
  useCase(c, EnsureKey, { keys, hasher, clock });
  useCase(c, ListKeys, { keys });
  useCase(c, RevokeKey, { keys });
  useCase(c, RotateKey, { keys, ids, hasher });
  useCase(c, SetQuota, { keys });
  useCase(c, ForgetWindows, { rateLimits, leases, clock });
}

function registerChat(c: DependencyContainer, { config, database }: Foundations, languageModel: LanguageModel): void {
  const { clock, ids, logger, conversations, chatRequests: requests, model, tools, pictures, jsonSchemas } = Port;
  const { timeoutSeconds, memoryTokens, personas } = config.chat;
  c.register(conversations, { useValue: new PostgresConversations({ database }) });
  c.register(requests, { useValue: new PostgresChatRequests({ database }) });
  c.register(model, { useValue: languageModel });
  c.register(tools, { useValue: [calculator, analyzeData] });
  c.register(Port.chatSettings, {
    useValue: {
      memoryTokens,
      personas,
      whole: { totalMs: timeoutSeconds * 1000, idleMs: timeoutSeconds * 1000 },
      stream: { totalMs: 600_000, idleMs: 60_000 },
    },
  });
  useCase(c, Claims, { conversations, requests, clock, ids });
  useCase(c, SummariseConversation, { conversations, model });
  useCase(c, StreamAnswer, {
    ...{ model, tools, claims: Claims, summarise: SummariseConversation, meter: Meter, pictures, jsonSchemas },
    ...{ settings: Port.chatSettings, afterwork: Afterwork, clock, ids, logger },
  });
  useCase(c, AnswerMessage, { streamAnswer: StreamAnswer });
  useCase(c, ForgetConversations, { conversations, requests, clock });
}

function registerService(c: DependencyContainer, { database }: Foundations, probes: readonly HealthProbe[]): void {
  const checkDatabase: HealthProbe = { name: "database", mode: database.mode, check: () => database.ping() };
  const off = ["chain", "image_model", "web_search"].map((name): HealthProbe => ({ name, check: undefined }));
  c.register(Port.probes, { useValue: [checkDatabase, ...probes, ...off] });
  c.register(Port.features, { useValue: ["chat", "usage"] });
  useCase(c, GetHealth, { probes: Port.probes, facts: Port.facts, clock: Port.clock, stopping: Port.stopping });
  useCase(c, DescribeApi, { facts: Port.facts, features: Port.features });
}

interface OpenModel {
  languageModel: LanguageModel;
  embeddings: Embeddings;
  probes: HealthProbe[];
  warmUp(): void;
  close(): Promise<void>;
}

// Loaded only when chosen: each costs start-up time and memory.
async function openModel(foundations: Foundations, ids: Ids): Promise<OpenModel> {
  const { config, logger } = foundations;
  const { model } = config;
  return model.kind === "embedded"
    ? openOfflineModel(foundations, logger, ids)
    : openOpenAi(model, foundations, logger);
}

async function openOfflineModel(foundations: Foundations, logger: Logger, ids: Ids): Promise<OpenModel> {
  const { OfflineEmbeddings } = await import("./adapters/offline/offline-embeddings.ts");
  const { Library } = await import("./adapters/offline/library.ts");
  const { ExtractiveLanguageModel } = await import("./adapters/offline/extractive-language-model.ts");
  const embeddings = new OfflineEmbeddings();
  const library = new Library({
    embeddings,
    folder: foundations.guideFolder,
    reference: "docs/guide",
    cacheFolder: join(foundations.config.dataDir, "cache"),
    threshold: foundations.config.embeddedAnswerThreshold,
    onCacheError: (error) => logger.warn("the library's vectors could not be kept", { error }),
  });
  return {
    languageModel: new ExtractiveLanguageModel({ library, ids }),
    embeddings,
    probes: [
      { name: "model", mode: "embedded", check: async () => {} },
      { name: "embeddings", mode: "embedded", check: async () => {} },
    ],
    warmUp: () => library.start(),
    close: () => embeddings.close(),
  };
}

async function openOpenAi(model: OpenAiConfig, foundations: Foundations, logger: Logger): Promise<OpenModel> {
  const { connectOpenAi } = await import("./adapters/openai/client.ts");
  const { OpenAiLanguageModel } = await import("./adapters/openai/openai-language-model.ts");
  const { OpenAiEmbeddings } = await import("./adapters/openai/openai-embeddings.ts");
  const { OfflineEmbeddings } = await import("./adapters/offline/offline-embeddings.ts");
  const { checkOpenAi } = await import("./adapters/openai/openai-health.ts");
  // The core's own limits end a silent answer first and name themselves; these are the nets below.
  const idleLimitMs = Math.max(60, foundations.config.chat.timeoutSeconds) * 1000 + 5_000;
  const { client, close } = connectOpenAi({ ...model, silenceMs: idleLimitMs + 5_000 });
  const check = (signal: AbortSignal) => checkOpenAi(client, signal);
  const { provider, embeddings: name } = model;
  const offline = name === undefined ? new OfflineEmbeddings() : undefined;
  return {
    languageModel: new OpenAiLanguageModel({ client, config: model, logger, idleLimitMs }),
    embeddings: offline ?? new OpenAiEmbeddings({ client, config: { provider, model: name ?? "" } }),
    probes: [
      { name: "model", mode: "external", check },
      offline === undefined
        ? { name: "embeddings", mode: "external", check }
        : { name: "embeddings", mode: "embedded", check: async () => {} },
    ],
    warmUp: () => {},
    close: async () => {
      await offline?.close();
      await close();
    },
  };
}
