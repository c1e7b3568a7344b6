import { DrizzleQueryError } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { type LogLevel, PinoLogger } from "../../../adapters/pino/pino-logger.ts";
import { AppError } from "../../../core/shared/errors.ts";

function make(level: LogLevel = "debug"): {
  logger: PinoLogger;
  output: () => string;
  last: () => Record<string, unknown>;
} {
  const written: string[] = [];
  const logger = new PinoLogger({ level, destination: { write: (line) => written.push(line) } });
  return { logger, output: () => written.join(""), last: () => JSON.parse(written.at(-1) ?? "{}") };
}

const SECRET = "planted-5ecret-value";

describe("the log", () => {
  it("is one JSON object a line, with time, level and message", () => {
    const { logger, output, last } = make();
    logger.info("started", { port: 3000 });
    logger.warn("two\nlines", { text: "x" });
    expect(output().trimEnd().split("\n")).toHaveLength(2);
    expect(last()).toMatchObject({ level: "warn", msg: "two\nlines", time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it.each<[LogLevel, number]>([
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
    ["silent", 0],
  ])("leaves out what is below %s", (level, lines) => {
    const { logger, output } = make(level);
    logger.debug("x");
    logger.info("x");
    logger.warn("x");
    logger.error("x");
    expect(output().split("\n").filter(Boolean)).toHaveLength(lines);
  });

  it.each([
    ...[
      "api-key",
      "X-API-Key",
      "apiKey",
      "api_key",
      "openaiApiKey",
      "authorization",
      "Proxy-Authorization",
      "x-payment",
    ],
    ...[
      "payment-signature",
      "PAYMENT-SIGNATURE",
      "cookie",
      "set-cookie",
      "token",
      "accessToken",
      "secret",
      "clientSecret",
    ],
    ...[
      "password",
      "DB_PASSWORD",
      "prompt",
      "systemPrompt",
      "system",
      "message",
      "messages",
      "text",
      "content",
      "reply",
    ],
    ...["mnemonic", "seed_phrase", "privateKey", "private-key"],
  ])("does not show the field %s, at any depth", (name) => {
    const { logger, output } = make();
    logger.info("request", { [name]: SECRET });
    logger.info("request", { headers: { [name]: [SECRET] }, list: [{ deeper: { [name]: { value: SECRET } } }] });
    expect(output()).not.toContain(SECRET);
    expect(output().match(/\[redacted\]/g)).toHaveLength(3);
  });

  it("shows fields whose names only resemble those of secrets", () => {
    const { logger, last } = make();
    const fields = { keyId: 7, modelTokens: 12, promptTokens: 3, tokenCount: 4, path: "/chat", requestId: "r1", ms: 5 };
    logger.info("request", fields);
    expect(last()).toMatchObject(fields);
  });

  it.each([
    `Authorization: Bearer ${SECRET}`,
    `authorization: basic ${SECRET}==`,
    `postgres://agent:${SECRET}@db:5432/agent`,
    `GET https://api.example.org/x?limit=1&api_key=${SECRET}&page=2`,
    `https://api.example.org/x?access_token=${SECRET}`,
    `https://api.telegram.org/bot12345678:${SECRET}-and-more/getMe failed`,
    `Incorrect API key provided: sk-${SECRET}`,
  ])("takes the secret out of a text such as %s", (text) => {
    const { logger, output } = make();
    logger.error(text, { url: text, error: new Error(text, { cause: new Error(text) }) });
    expect(output()).not.toContain(SECRET);
    expect(output().match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it("shows an error with its code, its causes and its places", () => {
    const { logger, last } = make();
    const socket = Object.assign(new Error("connect refused"), { code: "ECONNREFUSED" });
    logger.error("failed", {
      error: new AppError("upstream_failed", "model_unavailable", "no answer", { cause: socket }),
    });
    expect(last().error).toEqual({
      name: "AppError",
      code: "upstream_failed",
      reason: "model_unavailable",
      message: "no answer",
      stack: expect.stringContaining("pino-logger.test.ts"),
      cause: { name: "Error", code: "ECONNREFUSED", message: "connect refused", stack: expect.any(String) },
    });
  });

  it("shows nothing else that hangs on an error", () => {
    const { logger, output } = make();
    const error = Object.assign(new Error("bad answer"), {
      response: { body: SECRET },
      request: SECRET,
      code: { SECRET },
    });
    logger.error("failed", { error, nested: { errors: [error] } });
    logger.error("failed", { error: new Error("outer", { cause: { body: SECRET } }) });
    logger.error("failed", { error: new Error("outer", { cause: SECRET }) });
    expect(output()).not.toContain(SECRET);
  });

  it("shows code and constraint of a database's error, but neither statement nor values", () => {
    const { logger, output, last } = make();
    const database = Object.assign(new Error(`invalid input "${SECRET}"`), {
      severity: "ERROR",
      code: "23505",
      constraint_name: "api_keys_hash_unique",
      detail: `Key (hash)=(${SECRET}) already exists.`,
    });
    const statement = "insert into api_keys values ($1)";
    const multiline = `\n    at ${SECRET} (file:1:1)`;
    const query = new DrizzleQueryError(statement, [SECRET, multiline], database);
    logger.error("failed", { error: query });
    expect(last().error).toEqual({
      name: "DrizzleQueryError",
      code: "23505",
      constraint_name: "api_keys_hash_unique",
      stack: expect.stringContaining("pino-logger.test.ts"),
    });
    logger.error("failed", { error: new AppError("internal", "internal", "a bug", { cause: query }) });
    logger.error("failed", { error: database });
    expect(output()).not.toContain(SECRET);
    expect(output()).not.toContain("insert into");
  });

  it("follows causes that lead back to themselves for a while only", () => {
    const { logger, output } = make();
    const error: Error & { cause?: unknown } = new Error("round");
    error.cause = error;
    logger.error("failed", { error });
    expect(output().match(/"round"/g)).toHaveLength(6);
  });

  it("stays short whatever it is given", () => {
    const { logger, output } = make();
    const wide: Record<string, unknown> = {};
    for (let index = 0; index < 50; index++) wide[`self${index}`] = wide;
    logger.info("wide", { wide, note: "x".repeat(1e6), list: Array(1e5).fill(1), bytes: new Uint8Array(1e6) });
    expect(output().length).toBeLessThan(200_000);
  });

  it("writes a line even about something that cannot be read", () => {
    const { logger, last } = make();
    const odd = {
      get trap(): string {
        throw new Error("do not look");
      },
    };
    logger.error("odd", { odd });
    expect(last()).toMatchObject({ level: "error", msg: "odd" });
  });
});
