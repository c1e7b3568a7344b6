import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PinoLogger } from "../../adapters/pino/pino-logger.ts";
import { RotateKey } from "../../core/access/rotate-key.ts";
import type { Script } from "../support/openai-script.ts";
import { startTestProduct, type TestProduct } from "../support/product.ts";

// None has the form of a known kind of key: what is not logged at all needs no pattern that finds it.
const PLANTED = {
  prompt: "plantedprompt-4711",
  system: "plantedsystem-4711",
  context: "plantedcontext-4711",
  payment: "plantedpayment-4711",
  wrongKey: "plantedwrongkey-4711",
  providerKey: "plantedproviderkey-4711",
  session: "plantedsession-4711",
  reply: "plantedreply-4711",
};
const ANSWER = { text: `It is ${PLANTED.reply}.`, reasoning: PLANTED.reply };
const PNG = readFileSync("node_modules/swagger-ui-dist/favicon-16x16.png").toString("base64");
const IMAGE_PIECE = PNG.slice(60, 120);

let t: TestProduct;
let log = "";
const failures: { request: string; status: number; text: string }[] = [];
let rotated: string;

const secrets = (): [string, string][] => [
  ...Object.entries(PLANTED),
  ["image", IMAGE_PIECE],
  ["key", t.key],
  ["rotated key", rotated],
];

const body = (changes: Record<string, unknown> = {}) => ({
  message: `Tell me about ${PLANTED.prompt}`,
  system: `You know ${PLANTED.system}.`,
  context: { wallet: PLANTED.context },
  image_data: `data:image/png;base64,${PNG}`,
  session_id: PLANTED.session,
  ...changes,
});

/** Sends it, and keeps what a failure said. */
async function send(name: string, content: unknown, headers: Record<string, string> = {}, path = "/chat") {
  const response = await t.post(path, content, { "x-payment": PLANTED.payment, ...headers });
  const text = await response.text();
  const frames = text.split("\n").filter((line) => line.includes('"type":"error"'));
  if (response.status >= 400 || frames.length > 0) {
    failures.push({ request: name, status: response.status, text: response.status >= 400 ? text : frames.join("\n") });
  }
  return response.status;
}

/** While the model does this with every request. */
async function whileModel(script: Script, work: () => Promise<unknown>): Promise<void> {
  t.model.default(script);
  await work();
  t.model.default(ANSWER);
}

async function goodRequests(): Promise<void> {
  expect(await send("good", body())).toBe(200);
  expect(await send("streamed", body({ stream: true }))).toBe(200);
  for (let n = 0; n < 2; n++) expect(await send("repeated", body({ request_id: "once" }))).toBe(200);
  t.model.next({ toolCalls: [{ name: "calculator", args: `{"expression":"${PLANTED.prompt}"}` }] });
  expect(await send("with a tool", body())).toBe(200);
}

async function badRequests(): Promise<void> {
  const { prompt, wrongKey, session } = PLANTED;
  await send("broken JSON", `{"message":"${prompt}"`);
  await send("other JSON", JSON.stringify([prompt]));
  await send("too long", body({ message: prompt.repeat(3_000) }));
  await send("wrong types", { message: [prompt], stream: prompt, temperature: prompt, context: prompt });
  await send("unknown word", body({ output_mode: prompt }));
  await send("control characters", body({ session_id: `${session}\n` }));
  await send("bad base64", body({ image_data: `%${IMAGE_PIECE}` }));
  await send("no picture", body({ image_data: btoa(prompt) }));
  await send("broken picture", body({ image_data: PNG.slice(0, 400) }));
  await send("bad schema", body({ output_schema: { type: prompt } }));
  await send("other body", body({ request_id: "once", message: `${prompt} again` }));
  await send("wrong key", body(), { "api-key": wrongKey });
  await send("wrong method", body(), {}, "/usage");
  await send(
    "unknown route",
    body(),
    { authorization: `Bearer ${wrongKey}` },
    `/nowhere?api-key=${wrongKey}&about=${prompt}`,
  );
}

async function failingRequests(): Promise<void> {
  const { prompt, providerKey } = PLANTED;
  const echoed = `Incorrect key ${providerKey} for ${prompt}`;
  for (const status of [400, 401, 403, 429, 500]) {
    await whileModel({ status, message: echoed, type: echoed }, () => send(`model ${status}`, body()));
  }
  await whileModel({ raw: `{"error": ${echoed}` }, () => send("model's nonsense", body()));
  await whileModel({ text: prompt, chunks: 3, after: "cut", finish: null }, () => send("cut", body({ stream: true })));
  await whileModel({ refusal: prompt }, () => send("refusal", body()));
}

beforeAll(async () => {
  const write = (line: string): void => {
    log += line;
  };
  const logger = new PinoLogger({ level: "debug", destination: { write } });
  const environment = { OPENAI_API_KEY: PLANTED.providerKey };
  t = await startTestProduct({ logger, environment });
  t.model.default(ANSWER);
  const other = await t.newKey({ name: "rotated" });
  rotated = (await t.product.resolver.resolve(RotateKey).execute({ id: other.id })).text;
  await goodRequests();
  await badRequests();
  await failingRequests();
  // A database that fails in the middle of storing a turn: its driver's error holds the statement and its values.
  await t.database.query((db) => db.execute(sql`alter table chat_turns rename to chat_turns_away`));
  await send("database", body());
  await t.database.query((db) => db.execute(sql`alter table chat_turns_away rename to chat_turns`));
  await t.product.afterwork.idle();
});
afterAll(() => t.close());

const statusOf = (request: string) => failures.find((failure) => failure.request === request)?.status;

describe("planted secrets", () => {
  it("were sent, and reached the model", () => {
    const seen = JSON.stringify(t.model.chats().map(({ headers, body: asked }) => [headers.authorization, asked]));
    const { prompt, system, context, providerKey } = PLANTED;
    for (const secret of [prompt, system, context, providerKey, IMAGE_PIECE]) expect(seen).toContain(secret);
  });

  it("met every kind of failure", () => {
    const kinds = ["broken JSON", "no picture", "wrong key", "other body", "model 401", "model 500", "cut", "database"];
    expect(kinds.map(statusOf)).toEqual([422, 422, 401, 409, 502, 502, 200, 500]);
    expect(failures).toHaveLength(14 + 8 + 1);
  });

  it("left their failures in the log", () => {
    const lines = log.trimEnd().split("\n");
    const messages = new Set(lines.map((line) => (JSON.parse(line) as { msg: string }).msg));
    expect([...messages]).toEqual(expect.arrayContaining(["request", "request failed", "chat answered"]));
    expect(lines.filter((line) => line.includes('"status":401'))).not.toEqual([]);
  });

  it("are not in the log", () => {
    const found = secrets().flatMap(([name, secret]) =>
      log
        .split("\n")
        .filter((line) => line.includes(secret))
        .map((line) => `${name}: ${line.slice(0, 300)}`),
    );
    expect(found).toEqual([]);
  });

  it("are not in what a failure says", () => {
    const found = failures.flatMap(({ request, text }) =>
      secrets()
        .filter(([, secret]) => text.includes(secret))
        .map(([name]) => `${name} in ${request}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});

describe("the stored tables", () => {
  it("hold no key, and of what was sent only the conversation", async () => {
    const names = await t.database.hot<{ name: string }>(
      "select table_name::text as name from information_schema.tables where table_schema = 'public' order by 1",
    )([]);
    const dump = new Map<string, string>();
    for (const { name } of names) {
      const rows = await t.database.hot<{ row: string }>(`select to_jsonb(x)::text as row from "${name}" x`)([]);
      dump.set(name, rows.map(({ row }) => row).join("\n"));
    }
    const holding = (secret: string) => [...dump].filter(([, text]) => text.includes(secret)).map(([name]) => name);
    expect(dump.get("api_keys")).toContain("rotated");
    for (const key of [t.key, rotated, PLANTED.wrongKey, PLANTED.providerKey]) expect(holding(key)).toEqual([]);
    for (const secret of [PLANTED.system, PLANTED.context, PLANTED.payment, IMAGE_PIECE]) {
      expect(holding(secret)).toEqual([]);
    }
    expect(holding(PLANTED.prompt)).toEqual(["chat_turns"]);
    expect(holding(PLANTED.reply)).toEqual(["chat_requests", "chat_turns"]);
  });
});
