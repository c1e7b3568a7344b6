import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { DEFAULT_RATE_LIMITS, type RateLimitName } from "./core/access/rate-limits.ts";

export const ROLES = ["api", "jobs"] as const;
export type Role = (typeof ROLES)[number];

/** Parts that may run inside the process in production when `ALLOW_EMBEDDED` names them. */
const EMBEDDABLE = ["database", "model"] as const;

type ModelName = string | undefined;

export type OpenAiConfig = {
  kind: "openai";
  apiKey: string | undefined;
  baseUrl: string | undefined;
  /** Undefined: the embedded ones. */
  embeddings: string | undefined;
} & (
  | { provider: "openai"; models: { default: string; advanced: ModelName; vision: ModelName } }
  /** Without a default the first model the server lists; `advanced` and `vision` are then as `default`. */
  | { provider: "openai-compatible"; models: { default: ModelName; advanced: ModelName; vision: ModelName } }
);

export interface Config {
  production: boolean;
  dataDir: string;
  roles: readonly Role[];
  logLevel: "debug" | "info" | "warn" | "error";
  http: { host: string; port: number; publicUrl: string; trustProxy: number };
  database: { kind: "embedded"; folder: string } | { kind: "postgres"; url: string };
  model: { kind: "embedded" } | OpenAiConfig;
  embeddedAnswerThreshold: number;
  chat: { timeoutSeconds: number; memoryTokens: number; personas: Record<string, string> };
  access: {
    bootstrapKey: string | undefined;
    rateLimitScale: number;
    rateLimits: Partial<Record<RateLimitName, number>>;
  };
}

/** Everything that is wrong with the settings, one line each; never the value of a secret. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const number = (min: number, max: number) => z.coerce.number().min(min).max(max);
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const list = <const T extends readonly string[]>(words: T) =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
    )
    .pipe(z.array(z.enum(words)).min(1));
const url = (protocols: readonly string[]) =>
  z.string().refine((text) => protocols.some((protocol) => text.startsWith(`${protocol}://`)) && URL.canParse(text));

/** Name, form, and the words of what it should be. The order is that of `.env.example`. */
const SETTINGS = {
  NODE_ENV: [z.string(), "a word; `production` is the one that matters"],
  ALLOW_EMBEDDED: [list(EMBEDDABLE), `a list of ${EMBEDDABLE.join(", ")}`],
  HOST: [z.string(), "an address to listen on"],
  PORT: [integer(0, 65_535), "a port from 0 to 65535"],
  PUBLIC_URL: [
    url(["http", "https"]).refine((text) => new URL(text).pathname === "/" && !text.endsWith("/")),
    "an http or https address without path and without a slash at the end",
  ],
  DATA_DIR: [z.string(), "a folder"],
  DATABASE_URL: [url(["postgres", "postgresql"]), "an address like postgres://user:password@host:5432/name"],
  ROLES: [list(ROLES), `a list of ${ROLES.join(", ")}`],
  LOG_LEVEL: [z.enum(["debug", "info", "warn", "error"]), "debug, info, warn or error"],
  TRUST_PROXY: [integer(0, 32), "a number of proxies from 0 to 32"],
  RATE_LIMIT_SCALE: [number(0.001, 1_000_000), "a factor above 0"],
  RATE_LIMITS: [
    json(z.partialRecord(z.enum(Object.keys(DEFAULT_RATE_LIMITS) as [RateLimitName]), z.number().min(1).max(1e9))),
    `JSON of calls a minute by name, names being ${Object.keys(DEFAULT_RATE_LIMITS).join(", ")}`,
  ],
  BOOTSTRAP_API_KEY: [z.string().regex(/^atk_[A-Za-z0-9_-]{43}$/), "atk_ and 43 URL-safe characters"],
  OPENAI_API_KEY: [z.string(), "a key"],
  OPENAI_BASE_URL: [url(["http", "https"]), "an http or https address, like http://127.0.0.1:11434/v1"],
  OPENAI_MODEL_DEFAULT: [z.string(), "a model's name, or off"],
  OPENAI_MODEL_ADVANCED: [z.string(), "a model's name, or off"],
  OPENAI_MODEL_VISION: [z.string(), "a model's name, or off"],
  OPENAI_MODEL_EMBEDDINGS: [z.string(), "a model's name, or embedded"],
  CHAT_TIMEOUT_SECONDS: [integer(1, 3_600), "seconds from 1 to 3600"],
  CHAT_MEMORY_TOKENS: [integer(100, 1_000_000), "model tokens from 100 to 1000000"],
  EMBEDDED_ANSWER_THRESHOLD: [number(-1, 2), "a score from -1 to 2"],
  PERSONAS_FILE: [z.string(), "a JSON file of names and texts"],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

export const SETTING_NAMES = Object.keys(SETTINGS);

type Values = { [N in keyof typeof SETTINGS]?: z.output<(typeof SETTINGS)[N][0]> };

/** The process's environment over a file `.env` in the working directory: the environment wins. */
export function readEnvironment(): Record<string, string | undefined> {
  const file = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
  return { ...file, ...process.env };
}

/** Settings, checked once; throws ConfigError with every problem at once. An empty value is an unset one. */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const values: Values = {};
  for (const [name, [form, words]] of Object.entries(SETTINGS)) {
    const text = environment[name]?.trim();
    if (text === undefined || text === "") continue;
    const parsed = form.safeParse(text);
    if (parsed.success) Object.assign(values, { [name]: parsed.data });
    else problems.push(`${name} should be ${words}`);
  }
  const personas = readPersonas(values.PERSONAS_FILE, problems);
  const production = values.NODE_ENV === "production";
  if (production) problems.push(...embeddedInProduction(values));
  if (problems.length > 0) throw new ConfigError(problems);
  return assemble(values, production, personas);
}

function assemble(values: Values, production: boolean, personas: Record<string, string>): Config {
  const dataDir = resolve(values.DATA_DIR ?? "./data");
  const port = values.PORT ?? 8080;
  return {
    production,
    dataDir,
    roles: values.ROLES ?? ROLES,
    logLevel: values.LOG_LEVEL ?? "info",
    http: {
      host: values.HOST ?? "127.0.0.1",
      port,
      publicUrl: values.PUBLIC_URL ?? `http://127.0.0.1:${port}`,
      trustProxy: values.TRUST_PROXY ?? 0,
    },
    database:
      values.DATABASE_URL === undefined
        ? { kind: "embedded", folder: join(dataDir, "db") }
        : { kind: "postgres", url: values.DATABASE_URL },
    model: modelConfig(values),
    embeddedAnswerThreshold: values.EMBEDDED_ANSWER_THRESHOLD ?? 0.39,
    chat: {
      timeoutSeconds: values.CHAT_TIMEOUT_SECONDS ?? 90,
      memoryTokens: values.CHAT_MEMORY_TOKENS ?? 12_000,
      personas,
    },
    access: {
      bootstrapKey: values.BOOTSTRAP_API_KEY,
      rateLimitScale: values.RATE_LIMIT_SCALE ?? 1,
      rateLimits: values.RATE_LIMITS ?? {},
    },
  };
}

function modelConfig(values: Values): Config["model"] {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl } = values;
  if (apiKey === undefined && baseUrl === undefined) return { kind: "embedded" };
  const own = baseUrl === undefined;
  const name = values.OPENAI_MODEL_EMBEDDINGS ?? (own ? "text-embedding-3-small" : "embedded");
  const embeddings = name === "embedded" ? undefined : name;
  const { OPENAI_MODEL_DEFAULT: chosen, OPENAI_MODEL_ADVANCED: advanced, OPENAI_MODEL_VISION: vision } = values;
  const common = { kind: "openai", apiKey, baseUrl, embeddings } as const;
  return own
    ? {
        ...common,
        provider: "openai",
        models: { default: chosen ?? "gpt-5.4-mini", advanced: advanced ?? "gpt-5.4", vision },
      }
    : { ...common, provider: "openai-compatible", models: { default: chosen, advanced, vision } };
}

function embeddedInProduction(values: Values): string[] {
  const allowed = values.ALLOW_EMBEDDED ?? [];
  const problems: string[] = [];
  if (values.DATABASE_URL === undefined && !allowed.includes("database")) {
    problems.push(
      "DATABASE_URL is missing (in production the embedded database runs only with ALLOW_EMBEDDED=database)",
    );
  }
  if (modelConfig(values).kind === "embedded" && !allowed.includes("model")) {
    problems.push(
      "OPENAI_API_KEY or OPENAI_BASE_URL is missing (in production the built-in answerer runs only with ALLOW_EMBEDDED=model)",
    );
  }
  return problems;
}

function readPersonas(path: string | undefined, problems: string[]): Record<string, string> {
  if (path === undefined) return {};
  try {
    return z
      .record(z.string().min(1).max(64), z.string().min(1).max(16_000))
      .parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    problems.push(`PERSONAS_FILE should name a readable JSON file like {"pirate":"You talk like a pirate."}`);
    return {};
  }
}

function json<T extends z.ZodType>(form: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "not JSON" });
        return z.NEVER;
      }
    })
    .pipe(form);
}
