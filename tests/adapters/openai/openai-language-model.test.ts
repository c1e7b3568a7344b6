import { describe, expect, it } from "vitest";
import { connectOpenAi } from "../../../adapters/openai/client.ts";
import { OpenAiLanguageModel } from "../../../adapters/openai/openai-language-model.ts";
import { AbortedError, AppError } from "../../../core/shared/errors.ts";
import { describeLanguageModel } from "../../contracts/language-model.contract.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import { asking, COMPATIBLE, eventsOf, KEY, openBench, textOf } from "./support.ts";

const UNAVAILABLE = {
  code: "upstream_failed",
  reason: "model_unavailable",
  message: "the language model did not answer; retry",
};
const PROMPT = "planted prompt";

describeLanguageModel("the OpenAI adapter", async () => {
  const server = await startOpenAiServer();
  server.default({ text: "Cardano is a blockchain.", chunks: 3 });
  const { client, close } = connectOpenAi({ apiKey: undefined, baseUrl: server.url });
  const quiet = (): void => {};
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  return {
    model: new OpenAiLanguageModel({ client, config: COMPATIBLE, logger }),
    close: async () => {
      await close();
      await server.close();
    },
  };
});

describe("an answer", () => {
  it("is text and thinking as they come, then how it ended and what was counted", async () => {
    const { server, model } = await openBench();
    const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
    server.next({ reasoning: "hm", text: "good day", chunks: 2, usage, model: "tiny-2" });
    expect(await eventsOf(model(), asking("hi"))).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "good" },
      { type: "text", text: " day" },
      {
        type: "end",
        reason: "stop",
        model: "tiny-2",
        usage: { promptTokens: 9, completionTokens: 3, totalTokens: 12 },
      },
    ]);
  });

  it("has its tool calls whole, before the end", async () => {
    const { server, model } = await openBench();
    server.next({ toolCalls: [{ id: "a", name: "calculator", args: '{"expression":"1+1"}' }] });
    expect(await eventsOf(model(), asking("1+1?"))).toMatchObject([
      { type: "tool-call", call: { id: "a", name: "calculator", args: '{"expression":"1+1"}' } },
      { type: "end", reason: "tool-calls" },
    ]);
  });

  it("may be empty: what to do then is not the adapter's decision", async () => {
    const { server, model } = await openBench();
    server.next({ text: "" });
    expect(await eventsOf(model(), asking("hi"))).toMatchObject([{ type: "end", reason: "stop" }]);
    expect(server.chats()).toHaveLength(1);
  });
});

describe("an answer in one piece", () => {
  const whole = (text: string) => ({ ...asking(text), streamed: false });

  it("is told like a stream of one chunk", async () => {
    const { server, model } = await openBench();
    const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
    server.next({ reasoning: "hm", text: "good day", usage, model: "tiny-2" });
    expect(await eventsOf(model(), whole("hi"))).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "good day" },
      {
        ...{ type: "end", reason: "stop", model: "tiny-2" },
        usage: { promptTokens: 9, completionTokens: 3, totalTokens: 12 },
      },
    ]);
    expect(server.chats()[0]?.body).toMatchObject({ stream: false });
    expect(server.chats()[0]?.body.stream_options).toBeUndefined();
  });

  it("keeps several tool calls apart, and tells a refusal", async () => {
    const { server, model } = await openBench();
    const call = (id: string, args: string) => ({ id, name: "calculator", args });
    server.next({ toolCalls: [call("a", '{"expression":"1+1"}'), call("b", '{"expression":"2+2"}')] });
    server.next({ refusal: "no" });
    expect(await eventsOf(model(), whole("1+1?"))).toMatchObject([
      { type: "tool-call", call: call("a", '{"expression":"1+1"}') },
      { type: "tool-call", call: call("b", '{"expression":"2+2"}') },
      { type: "end", reason: "tool-calls" },
    ]);
    expect((await eventsOf(model(), whole("hi"))).at(-1)).toMatchObject({ type: "end", reason: "refused" });
  });

  it.each([
    ["wrong JSON", { raw: "{nonsense", contentType: "application/json" }],
    ["a web page", { raw: "<html>hello</html>", contentType: "text/html" }],
    ["another object", { raw: '{"ok":true}', contentType: "application/json" }],
    ["no choices", { raw: '{"choices":[]}', contentType: "application/json" }],
    ["a cut body", { raw: '{"choices":[{"message":{"content":"half', contentType: "application/json" }],
  ])("%s is model_unavailable", async (_name, script) => {
    const { server, model } = await openBench();
    for (let n = 0; n < 3; n++) server.next(script);
    await expect(eventsOf(model(), whole("hi"))).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe("a failing server", () => {
  it.each([
    ["500", { status: 500 }],
    ["401", { status: 401, message: `bad key ${KEY}` }],
    ["400 that names nothing we could leave out", { status: 400, message: `bad: ${PROMPT}` }],
    ["404", { status: 404, message: "no such model" }],
    [
      "an error in the stream",
      { raw: 'data: {"error":{"message":"overloaded"}}\n\n', contentType: "text/event-stream" },
    ],
    ["broken JSON in the stream", { raw: `data: {"${PROMPT}\n\n`, contentType: "text/event-stream" }],
    ["a web page", { raw: "<html>hello</html>", contentType: "text/html" }],
    ["nothing at all", { raw: "", contentType: "text/event-stream" }],
    ["a stream without an end", { text: "half an ans", finish: null }],
    ["a stream that ends for an unknown reason", { text: "half", finish: "error" }],
    ["a stream that is cut", { text: "half an ans", after: "cut" as const }],
  ])("is model_unavailable: %s", async (_title, script) => {
    const { server, model, log } = await openBench();
    server.default(script);
    const failure = await eventsOf(model(), asking(PROMPT)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 5 });
    const { message, cause, stack } = failure as AppError;
    const shown = [message, stack, String(cause), JSON.stringify(cause), (cause as Error).stack, ...log].join("\n");
    expect(shown).not.toContain(PROMPT);
    expect(shown).not.toContain(KEY);
  });

  it("is asked three times in all before it counts as failed", async () => {
    const { server, model } = await openBench();
    server.default({ status: 500 });
    await expect(eventsOf(model(), asking("hi"))).rejects.toMatchObject(UNAVAILABLE);
    expect(server.chats()).toHaveLength(3);
  });

  it("is forgiven a failure that passes", async () => {
    const { server, model } = await openBench();
    server.next({ status: 503 });
    expect(textOf(await eventsOf(model(), asking("hi")))).toBe("echo: hi");
  });

  it.each([
    [7, 7],
    [900, 120],
  ])("that asks to wait %i s is not waited for, and the caller is told %i s", async (asked, told) => {
    const { server, model } = await openBench();
    server.default({ status: 429, retryAfter: asked });
    await expect(eventsOf(model(), asking("hi"))).rejects.toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: told });
    expect(server.chats()).toHaveLength(1);
  });

  it("is model_unavailable when nobody listens there", async () => {
    const { server, client, logger } = await openBench();
    await server.close();
    const model = new OpenAiLanguageModel({
      client: client.withOptions({ maxRetries: 0 }),
      config: COMPATIBLE,
      logger,
    });
    const failure = await eventsOf(model, asking("hi")).catch((error: unknown) => error);
    expect(failure).toMatchObject(UNAVAILABLE);
    expect(String((failure as AppError).cause)).toContain("ECONNREFUSED");
  });

  it("has given a whole answer when only the goodbye is missing", async () => {
    const { server, model } = await openBench();
    server.next({ text: "whole", finish: "stop", after: "cut" });
    const events = await eventsOf(model(), asking("hi"));
    expect(textOf(events)).toBe("whole");
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "stop", usage: undefined });
  });
});

describe("a silent model", () => {
  it.each([
    ["that never answers", { hang: true } as const],
    ["that stops in the middle", { text: "half an", after: "hang" } as const],
  ])("%s is given up after the limit, and the server learns of it", async (_title, script) => {
    const { server, model } = await openBench();
    server.next(script);
    await expect(eventsOf(model(COMPATIBLE, 50), asking("hi"))).rejects.toMatchObject({
      code: "timeout",
      reason: "timeout",
      message: "no answer within 1 s; use POST /background/create for long work",
    });
    expect(server.chats()).toHaveLength(1);
    await server.left(await server.received());
  });
});

describe("a caller who leaves", () => {
  it("ends a request that was not answered yet", async () => {
    const { server, model } = await openBench();
    server.next({ hang: true });
    const caller = new AbortController();
    const reading = eventsOf(model(), asking("hi"), caller.signal);
    const request = await server.received();
    caller.abort();
    await expect(reading).rejects.toBeInstanceOf(AbortedError);
    await server.left(request);
  });

  it("ends a stream", async () => {
    const { server, model } = await openBench();
    server.next({ text: "half", after: "hang" });
    const caller = new AbortController();
    const reading = (async () => {
      for await (const event of model().answer(asking("hi"), caller.signal)) if (event.type === "text") caller.abort();
    })();
    await expect(reading).rejects.toBeInstanceOf(AbortedError);
    await server.left(await server.received());
  });

  it("is not held up by the pause before another try", async () => {
    const { server, model } = await openBench();
    server.default({ status: 429, retryAfter: 5 });
    const caller = new AbortController();
    const reading = eventsOf(model(), asking("hi"), caller.signal);
    await server.received();
    caller.abort();
    await expect(reading).rejects.toBeInstanceOf(AbortedError);
  });

  it("ends the stream by breaking out of it", async () => {
    const { server, model } = await openBench();
    server.next({ text: "half", after: "hang" });
    for await (const event of model().answer(asking("hi"), new AbortController().signal)) {
      if (event.type === "text") break;
    }
    await server.left(await server.received());
  });

  it("sends nothing when gone before the question", async () => {
    const { server, model } = await openBench();
    await expect(eventsOf(model(), asking("hi"), AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
    expect(server.requests).toHaveLength(0);
  });
});
