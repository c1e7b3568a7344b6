import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig, SETTING_NAMES } from "../config.ts";

const KEY = `atk_${"k".repeat(43)}`;

function problems(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("an empty environment", () => {
  it("runs everything built in", () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      production: false,
      roles: ["api", "jobs"],
      http: { host: "127.0.0.1", port: 8080, publicUrl: "http://127.0.0.1:8080", trustProxy: 0 },
      database: { kind: "embedded" },
      model: { kind: "embedded" },
      chat: { timeoutSeconds: 90, memoryTokens: 12_000 },
    });
  });

  it("is what empty values are", () => {
    const empty = Object.fromEntries(SETTING_NAMES.map((name) => [name, " "]));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });
});

describe("wrong settings", () => {
  it("are all named at once, with what they should be", () => {
    expect(problems({ PORT: "http", LOG_LEVEL: "loud", ROLES: "api,cook", DATABASE_URL: "mysql://x" })).toEqual([
      "PORT should be a port from 0 to 65535",
      "DATABASE_URL should be an address like postgres://user:password@host:5432/name",
      "ROLES should be a list of api, jobs",
      "LOG_LEVEL should be debug, info, warn or error",
    ]);
  });

  it("never show a secret", () => {
    const secret = "planted-secret";
    const said = problems({ BOOTSTRAP_API_KEY: secret, DATABASE_URL: secret, RATE_LIMITS: secret }).join();
    expect(said).toMatch(/BOOTSTRAP_API_KEY.*RATE_LIMITS|RATE_LIMITS.*BOOTSTRAP_API_KEY/s);
    expect(said).not.toContain(secret);
  });

  it.each([
    ["PUBLIC_URL", "https://host/path"],
    ["PUBLIC_URL", "https://host/"],
    ["RATE_LIMITS", '{"nothing":1}'],
    ["RATE_LIMITS", '{"chat":0}'],
    ["RATE_LIMIT_SCALE", "0"],
    ["BOOTSTRAP_API_KEY", "atk_short"],
    ["CHAT_TIMEOUT_SECONDS", "1.5"],
    ["OPENAI_BASE_URL", "localhost:11434"],
    ["PERSONAS_FILE", "/no/such/file.json"],
    ["PORT", "1e3x"],
  ])("%s=%s", (name, value) => {
    expect(problems({ [name]: value })).toHaveLength(1);
  });
});

describe("production", () => {
  const real = { NODE_ENV: "production", DATABASE_URL: "postgres://db/x", OPENAI_API_KEY: "sk-x" };

  it("refuses built-in parts that are not allowed, each by name", () => {
    const said = problems({ NODE_ENV: "production" });
    expect(said).toHaveLength(2);
    expect(said.join()).toMatch(/DATABASE_URL.*ALLOW_EMBEDDED=database.*OPENAI_API_KEY.*ALLOW_EMBEDDED=model/s);
    expect(problems({ ...real, OPENAI_API_KEY: "" })).toHaveLength(1);
  });

  it("starts with real parts, or with those allowed", () => {
    expect(loadConfig(real).production).toBe(true);
    expect(loadConfig({ NODE_ENV: "production", ALLOW_EMBEDDED: "database, model" }).database.kind).toBe("embedded");
  });
});

describe("the model", () => {
  it("is OpenAI's with a key, anybody's with an address", () => {
    expect(loadConfig({ OPENAI_API_KEY: "sk-x" }).model).toMatchObject({
      provider: "openai",
      models: { default: "gpt-5.4-mini", advanced: "gpt-5.4", vision: undefined },
      embeddings: "text-embedding-3-small",
    });
    expect(loadConfig({ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }).model).toMatchObject({
      provider: "openai-compatible",
      models: { default: undefined, advanced: undefined, vision: undefined },
      embeddings: undefined,
    });
  });

  it("takes personas from a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "agent-t-personas-")), "personas.json");
    writeFileSync(file, '{"pirate":"Arr."}');
    expect(loadConfig({ PERSONAS_FILE: file }).chat.personas).toEqual({ pirate: "Arr." });
  });
});

it("reads exactly the settings that .env.example and README name", () => {
  const example = readFileSync(".env.example", "utf8");
  const named = [...example.matchAll(/^([A-Z_0-9]+)=/gm)].map((match) => match[1]);
  expect(named.filter((name) => name !== "TEST_DATABASE_URL").sort()).toEqual([...SETTING_NAMES].sort());
  const readme = readFileSync("README.md", "utf8");
  for (const name of SETTING_NAMES) expect(readme, name).toContain(`\`${name}\``);
});

it("accepts a well-formed bootstrap key", () => {
  expect(loadConfig({ BOOTSTRAP_API_KEY: KEY }).access.bootstrapKey).toBe(KEY);
});
