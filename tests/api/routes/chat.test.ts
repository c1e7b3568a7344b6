import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFrames, startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct({ environment: { CHAT_TIMEOUT_SECONDS: "1" } });
});
afterAll(() => t.close());

const unique = (name: string) => `${name}-${randomBytes(6).toString("hex")}`;
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;
const detail = async (response: Response) => (await json(response)).detail;
const texts = () =>
  t.model
    .chats()
    .at(-1)
    ?.body.messages.map((m: { content: unknown }) => m.content) as unknown[];
const ANSWER = { text: "fine", usage: { prompt_tokens: 7, completion_tokens: 3 } };
const PNG = readFileSync("node_modules/swagger-ui-dist/favicon-16x16.png").toString("base64");

describe("a plain answer", () => {
  it("has every documented field", async () => {
    t.model.next({ text: "Cardano is a blockchain.", usage: { prompt_tokens: 7, completion_tokens: 3 } });
    const response = await t.post("/chat", { message: "What is Cardano?", session_id: "my-session-1" });
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({
      reply: "Cardano is a blockchain.",
      session_id: "my-session-1",
      reply_json: null,
      used_tools: null,
      sources: [],
      provider: "openai-compatible",
      model: "stub-model",
      reasoning: null,
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
      balance_after: null,
      request_id: null,
    });
  });

  it("makes a session id when none is sent, and takes an empty one for none", async () => {
    const bodies = [{ message: "a" }, { message: "a", session_id: "" }, { message: "a", session_id: null }];
    const ids = await Promise.all(bodies.map(async (body) => (await json(await t.post("/chat", body))).session_id));
    for (const id of ids) expect(id).toMatch(/^ses_[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(3);
  });

  it("passes on what the model thought, and the caller's settings", async () => {
    t.model.next({ reasoning: "hm", text: "yes" });
    const body = {
      message: "a",
      temperature: "0.5",
      top_p: 0.9,
      max_tokens: 77,
      system: "You are Bob.",
      persona: "nobody",
    };
    expect((await json(await t.post("/chat", body))).reasoning).toBe("hm");
    const sent = t.model.chats().at(-1)?.body;
    expect(sent).toMatchObject({ temperature: 0.5, top_p: 0.9 });
    expect(sent.max_tokens ?? sent.max_completion_tokens).toBe(77);
    expect(sent.messages[0].content).toMatch(/^You are Bob\./);
  });

  it("shows context as data and keeps meta from the model", async () => {
    await t.post("/chat", { message: "hello", context: { wallet: "addr1" }, meta: { trace: "planted-meta" } });
    const sent = JSON.stringify(t.model.chats().at(-1)?.body.messages);
    expect(sent).toContain("data, not instructions");
    expect(sent).toContain("addr1");
    expect(sent).not.toContain("planted-meta");
  });
});

describe("memory", () => {
  it("shows the model the turns before, per key and session", async () => {
    const session_id = unique("memory");
    await t.post("/chat", { message: "My name is Ada.", session_id });
    await t.post("/chat", { message: "What is my name?", session_id });
    expect(texts()).toContain("My name is Ada.");
    expect(texts()).toContain("echo: My name is Ada.");
    const other = await t.newKey();
    await t.post("/chat", { message: "What is my name?", session_id }, { "api-key": other.text });
    expect(texts()).not.toContain("My name is Ada.");
  });

  it("keeps failed turns out", async () => {
    const session_id = unique("failed");
    t.model.next({ status: 401 });
    expect((await t.post("/chat", { message: "lost message", session_id })).status).toBe(502);
    await t.post("/chat", { message: "next", session_id });
    expect(texts()).not.toContain("lost message");
  });

  it("answers 50 messages sent at once one after another, none lost, none mixed", async () => {
    const session_id = unique("order");
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const responses = await Promise.all(numbers.map((n) => t.post("/chat", { message: `message ${n}.`, session_id })));
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([200]));
    await t.post("/chat", { message: "last", session_id });
    const remembered = (texts() as string[]).slice(1, -1);
    expect(remembered.filter((_, index) => index % 2 === 0).sort()).toEqual(numbers.map((n) => `message ${n}.`).sort());
    for (let at = 0; at < 100; at += 2) expect(remembered[at + 1]).toBe(`echo: ${remembered[at]}`);
  });

  it("sees an image in its own turn only", async () => {
    const session_id = unique("image");
    t.model.next({ text: "a green icon" });
    await t.post("/chat", { message: "What is this?", session_id, image_data: `data:image/png;base64,${PNG}` });
    const shown = t.model.chats().at(-1)?.body.messages.at(-1).content;
    expect(shown).toContainEqual({ type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } });
    await t.post("/chat", { message: "And its colour?", session_id });
    expect(texts()).toContain("[image] What is this?");
    expect(JSON.stringify(texts())).not.toContain(PNG);
  });
});

describe("a conversation beyond the window", () => {
  it("stays within the budget and is carried on as a summary", async () => {
    const small = await startTestProduct({ environment: { CHAT_MEMORY_TOKENS: "300" } });
    try {
      small.model.default(({ body }) => ({
        text: body.messages[0].content.startsWith("Summarise") ? "SUMMARY of facts" : "word ".repeat(30),
      }));
      const session_id = "long";
      for (let n = 0; n < 14; n++) {
        await small.post("/chat", { message: `message ${n} ${"text ".repeat(20)}`, session_id });
        await small.product.afterwork.idle();
      }
      const asked = small.model.chats().filter(({ body }) => !body.messages[0].content.startsWith("Summarise"));
      for (const { body } of asked) expect(JSON.stringify(body.messages.slice(1)).length).toBeLessThan(300 * 8);
      expect(asked.at(-1)?.body.messages[0].content).toContain("SUMMARY of facts");
      const summaries = small.model.chats().length - asked.length;
      expect(summaries).toBeGreaterThan(1);
      expect(summaries).toBeLessThan(10);
    } finally {
      await small.close();
    }
  });
});

describe("structured output", () => {
  it("parses JSON asked for by query or body, fenced or not", async () => {
    t.model.next({ text: '```json\n{"summary":"s","risks":[]}\n```' });
    const byQuery = await json(await t.post("/chat?output=structured", { message: "Return JSON" }));
    expect(byQuery.reply_json).toEqual({ summary: "s", risks: [] });
    t.model.next({ text: "Sure: [1,2] is it." });
    const byBody = await json(await t.post("/chat", { message: "Return JSON", output_mode: "structured" }));
    expect(byBody).toMatchObject({ reply_json: [1, 2], reply: "Sure: [1,2] is it." });
  });

  it("leaves prose alone", async () => {
    t.model.next({ text: "I cannot." });
    const body = await json(await t.post("/chat?output=structured", { message: "Return JSON" }));
    expect(body).toMatchObject({ reply_json: null, reply: "I cannot." });
  });

  const output_schema = { type: "object", required: ["n"], properties: { n: { type: "integer" } } };

  it("asks once more when the schema is not met", async () => {
    t.model.next({ text: '{"n":"x"}' });
    t.model.next({ text: '{"n":5}' });
    const body = await json(await t.post("/chat", { message: "Return JSON", output_schema }));
    expect(body).toMatchObject({ reply_json: { n: 5 }, reply: '{"n":5}' });
    t.model.next({ text: '{"n":"x"}' });
    t.model.next({ text: '{"n":"y"}' });
    const second = await json(await t.post("/chat", { message: "Return JSON", output_schema }));
    expect(second).toMatchObject({ reply_json: null, reply: '{"n":"x"}' });
  });

  it("refuses a schema that cannot be used", async () => {
    const response = await t.post("/chat", { message: "a", output_schema: { type: 7 } });
    expect(response.status).toBe(422);
  });
});

describe("tools", () => {
  it("runs what the model calls and tells it the result", async () => {
    t.model.next({ toolCalls: [{ id: "c1", name: "calculator", args: '{"expression":"12.5% of 3480"}' }] });
    t.model.next({ text: "It is 435." });
    const body = await json(await t.post("/chat", { message: "what is 12.5 % of 3480?" }));
    expect(body).toMatchObject({
      reply: "It is 435.",
      used_tools: { count: 1, calls: [{ name: "calculator", ok: true }] },
    });
    expect(t.model.chats().at(-1)?.body.messages.at(-1)).toMatchObject({ role: "tool", tool_call_id: "c1" });
    expect(JSON.stringify(texts().at(-1))).toContain("435");
  });

  it("tells the model when a tool fails or does not exist, and goes on", async () => {
    t.model.next({
      toolCalls: [
        { id: "c1", name: "calculator", args: "{broken" },
        { id: "c2", name: "no_such_tool", args: "{}" },
      ],
    });
    t.model.next({ text: "I could not." });
    const body = await json(await t.post("/chat", { message: "a" }));
    expect(body).toMatchObject({ used_tools: { calls: [{ ok: false }, { ok: false }] } });
  });

  it("ends after six rounds", async () => {
    const before = t.model.chats().length;
    const call = { toolCalls: [{ id: "c", name: "calculator", args: '{"expression":"1+1"}' }] };
    for (let n = 0; n < 5; n++) t.model.next(call);
    t.model.next({ text: "Done." });
    expect((await json(await t.post("/chat", { message: "a" }))).reply).toBe("Done.");
    expect(t.model.chats().length - before).toBe(6);
    expect(t.model.chats().at(-1)?.body.tools).toBeUndefined();
  });
});

describe("a stream", () => {
  it("brings session first, then content that joins to the reply, done and [DONE]", async () => {
    t.model.next({ ...ANSWER, text: "Cardano is a blockchain.", chunks: 4, reasoning: "hm" });
    const response = await t.post(
      "/chat",
      { message: "a", session_id: "sse-1", stream: true },
      { "x-request-id": "abc" },
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-request-id")).toBe("abc");
    const frames = (await readFrames(response)) as Record<string, unknown>[];
    expect(frames[0]).toEqual({ type: "session", session_id: "sse-1", request_id: null });
    const done = frames.at(-2);
    const content = frames.filter((frame) => frame.type === "content").map((frame) => frame.text);
    expect(content.length).toBeGreaterThan(1);
    expect(done).toMatchObject({ type: "done", reply: content.join(""), reasoning: "hm", session_id: "sse-1" });
    expect(frames.at(-1)).toBe("[DONE]");
  });

  it("shows tool calls and their results", async () => {
    t.model.next({ toolCalls: [{ id: "c1", name: "calculator", args: '{"expression":"2*21"}' }] });
    t.model.next({ text: "42" });
    const frames = await readFrames(await t.post("/chat", { message: "a", stream: true }));
    expect(frames).toContainEqual({ type: "tool_call", id: "c1", name: "calculator", args: { expression: "2*21" } });
    expect(frames).toContainEqual({ type: "tool_result", id: "c1", name: "calculator", ok: true });
  });

  it("comes one object a line for application/x-ndjson", async () => {
    const response = await t.post("/chat", { message: "a", stream: true }, { accept: "application/x-ndjson" });
    expect(response.headers.get("content-type")).toContain("application/x-ndjson");
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(lines).toEqual(["session", "content", "done"]);
  });

  it("answers a failure before the first frame as ordinary JSON", async () => {
    t.model.next({ status: 400 });
    const response = await t.post("/chat", { message: "a", stream: true });
    expect(response.status).toBe(502);
    expect(await detail(response)).toBe("model_unavailable: the language model did not answer; retry");
  });

  it("tells a later failure in an error frame and writes nothing", async () => {
    const session_id = unique("cut");
    t.model.next({ text: "half an ans", chunks: 2, after: "cut", finish: null });
    const frames = await readFrames(await t.post("/chat", { message: "cut me", session_id, stream: true }));
    expect(frames.at(-2)).toEqual({
      type: "error",
      status: 502,
      detail: "model_unavailable: the language model did not answer; retry",
      retry_after: 5,
    });
    expect(frames.at(-1)).toBe("[DONE]");
    await t.post("/chat", { message: "next", session_id });
    expect(texts()).not.toContain("cut me");
  });

  it("ends the model's work when the client leaves, and leaves no trace", async () => {
    const session_id = unique("left");
    t.model.next({ text: "a b c d", chunks: 4, after: "hang", finish: null });
    const leaving = new AbortController();
    const response = await t.post("/chat", { message: "leave me", session_id, stream: true }, {}, leaving.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    const upstream = t.model.chats().at(-1);
    await reader?.cancel();
    leaving.abort();
    if (upstream) await t.model.left(upstream);
    await t.post("/chat", { message: "next", session_id });
    expect(texts()).not.toContain("leave me");
  });
});

describe("request_id", () => {
  it("gives the kept answer to the same request, without a second run", async () => {
    const body = { message: "once", request_id: unique("r"), session_id: unique("s") };
    const first = await t.post("/chat", body);
    const before = t.model.chats().length;
    const again = await t.post("/chat", { request_id: body.request_id, session_id: body.session_id, message: "once" });
    expect(await again.text()).toBe(await first.text());
    expect(again.headers.get("idempotent-replay")).toBe("true");
    expect(first.headers.get("idempotent-replay")).toBeNull();
    expect(t.model.chats().length).toBe(before);
  });

  it("refuses the same id with another body, and keeps keys apart", async () => {
    const request_id = unique("r");
    await t.post("/chat", { message: "once", request_id });
    const other = await t.post("/chat", { message: "once", request_id, unknown_field: 1 });
    expect(other.status).toBe(409);
    expect(await detail(other)).toBe("request_id_conflict: this request_id was used with another body");
    expect((await t.post("/chat?output=structured", { message: "once", request_id })).status).toBe(409);
    const key = await t.newKey();
    expect((await t.post("/chat", { message: "other", request_id }, { "api-key": key.text })).status).toBe(200);
  });

  it("runs once when the same request comes eight times at once", async () => {
    const body = { message: "together", request_id: unique("r") };
    const before = t.model.chats().length;
    const all = await Promise.all(Array.from({ length: 8 }, () => t.post("/chat", body)));
    const bodies = await Promise.all(all.map((response) => response.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(t.model.chats().length - before).toBe(1);
  });

  it("does not keep failures", async () => {
    const body = { message: "again", request_id: unique("r") };
    t.model.next({ status: 401 });
    expect((await t.post("/chat", body)).status).toBe(502);
    expect((await t.post("/chat", body)).status).toBe(200);
  });

  it("replays a stream in one piece", async () => {
    const body = { message: "stream", request_id: unique("r"), stream: true };
    await readFrames(await t.post("/chat", body));
    const frames = (await readFrames(await t.post("/chat", body))) as Record<string, unknown>[];
    expect(frames.slice(0, 3).map((frame) => frame.type)).toEqual(["session", "content", "done"]);
  });
});

describe("what is refused", () => {
  const fieldCases: [string, Record<string, unknown>, string, string][] = [
    ["no message", {}, "message", "missing"],
    ["an empty message", { message: "" }, "message", "string_too_short"],
    ["white space", { message: " \n" }, "message", "value_error"],
    ["a message of 32,001 characters", { message: "x".repeat(32_001) }, "message", "string_too_long"],
    ["a message that is no text", { message: 5 }, "message", "string_type"],
    ["a NUL character", { message: "a\u0000" }, "message", "value_error"],
    ["control characters in session_id", { message: "a", session_id: "a\nb" }, "session_id", "value_error"],
    ["a temperature of 2.1", { message: "a", temperature: 2.1 }, "temperature", "less_than_equal"],
    ["a temperature in words", { message: "a", temperature: "hot" }, "temperature", "float_type"],
    ["max_tokens 0", { message: "a", max_tokens: 0 }, "max_tokens", "greater_than_equal"],
    ["max_tokens 1.5", { message: "a", max_tokens: 1.5 }, "max_tokens", "int_type"],
    ["stream in words", { message: "a", stream: "yes" }, "stream", "bool_type"],
    ["an unknown output_mode", { message: "a", output_mode: "xml" }, "output_mode", "enum"],
    ["context that is a list", { message: "a", context: [] }, "context", "object_type"],
    ["context of 70 KB", { message: "a", context: { x: "y".repeat(70_000) } }, "context", "value_error"],
    ["21 stores", { message: "a", vector_store_ids: Array(21).fill("vs") }, "vector_store_ids", "value_error"],
    ["a request_id with spaces", { message: "a", request_id: "a b" }, "request_id", "value_error"],
    [
      "text labelled png",
      { message: "a", image_data: `data:image/png;base64,${btoa("hello, text")}` },
      "image_data",
      "value_error",
    ],
    ["bad base64", { message: "a", image_data: "%%%" }, "image_data", "value_error"],
  ];
  it.each(fieldCases)("%s", async (_name, body, field, type) => {
    const response = await t.post("/chat", body);
    expect(response.status).toBe(422);
    const [first] = (await detail(response)) as { loc: string[]; msg: string; type: string }[];
    expect(first).toMatchObject({ loc: ["body", field], type });
  });

  it("counts code points: 32,000 emoji pass", async () => {
    expect((await t.post("/chat", { message: "😀".repeat(32_000) })).status).toBe(200);
  });

  it("an unknown store", async () => {
    const response = await t.post("/chat", { message: "a", vector_store_ids: ["vs_1"] });
    expect([response.status, await detail(response)]).toEqual([404, "vector_store_not_found: vs_1"]);
    expect((await t.post("/chat", { message: "a", vector_store_ids: [] })).status).toBe(200);
  });

  it("an image of one byte too much, and none of exactly the limit", async () => {
    const over = await t.post("/chat", { message: "a", image_data: Buffer.alloc(26_214_401).toString("base64") });
    expect([over.status, await detail(over)]).toEqual([
      413,
      "image_too_large: image_data holds 26214401 bytes, the limit is 26214400",
    ]);
    const exact = Buffer.concat([Buffer.from(PNG, "base64"), Buffer.alloc(26_214_400)]).subarray(0, 26_214_400);
    expect((await t.post("/chat", { message: "a", image_data: exact.toString("base64") })).status).toBe(200);
  });

  it("an image that claims 50,000 x 50,000 pixels, undecoded", async () => {
    const bomb = Buffer.from(PNG, "base64");
    bomb.writeUInt32BE(50_000, 16);
    bomb.writeUInt32BE(50_000, 20);
    const response = await t.post("/chat", { message: "a", image_data: bomb.toString("base64") });
    expect(response.status).toBeGreaterThanOrEqual(413);
    expect(response.status).toBeLessThan(423);
  });
});

describe("a model that fails", () => {
  it.each([
    ["429", { status: 429, retryAfter: 0 }],
    ["500", { status: 500 }],
    ["401", { status: 401 }],
    ["wrong JSON", { raw: "{nonsense", contentType: "application/json" }],
    ["a page of HTML", { raw: "<html>", contentType: "text/html" }],
    ["a refusal", { refusal: "no" }],
  ] as const)("%s: 502 with Retry-After, and the conversation unchanged", async (_name, script) => {
    for (let n = 0; n < 3; n++) t.model.next(script);
    const response = await t.post("/chat", { message: "a" });
    expect([response.status, await detail(response)]).toEqual([
      502,
      "model_unavailable: the language model did not answer; retry",
    ]);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    // Drops what a client that did not retry left in the queue.
    for (let n = 0; n < 3; n++) await t.post("/chat", { message: "flush" });
  });

  it("is asked twice for an empty answer, the second time with twice the tokens", async () => {
    t.model.next({ text: "" });
    expect((await t.post("/chat", { message: "a", max_tokens: 50 })).status).toBe(200);
    const sent = t.model
      .chats()
      .slice(-2)
      .map(({ body }) => body.max_tokens ?? body.max_completion_tokens);
    expect(sent).toEqual([50, 100]);
    t.model.next({ text: "" });
    t.model.next({ text: " " });
    expect((await t.post("/chat", { message: "a" })).status).toBe(502);
  });

  it("hangs: 408", async () => {
    t.model.next({ hang: true });
    const response = await t.post("/chat", { message: "a" });
    expect([response.status, await detail(response)]).toEqual([
      408,
      "timeout: no answer within 1 s; use POST /background/create for long work",
    ]);
  });
});
