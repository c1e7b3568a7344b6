import { beforeEach, describe, expect, it } from "vitest";
import type { ChatInput } from "../../../core/chat/chat-input.ts";
import type { ChatEvent } from "../../../core/chat/events.ts";
import { modelUnavailable } from "../../../core/chat/run-rounds.ts";
import type { Delivery } from "../../../core/chat/stream-answer.ts";
import type { Call } from "../../../core/shared/call.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { calls, ends, says, thinks } from "../../fakes/scripted-language-model.ts";
import { aCall, anInput, aTool, KEY_ID, MONTH, OWNER, openChat } from "../../support/chat.ts";

const USAGE = { promptTokens: 7, completionTokens: 3, totalTokens: 10 };
const REQUEST = { id: "once", digest: "digest" };
const METERED: Call["actor"] = { kind: "api-key", keyId: KEY_ID, monthlyQuota: 5 };

let chat: ReturnType<typeof openChat>;
beforeEach(() => {
  chat = openChat();
});

const start = (input: Partial<ChatInput> = {}, call: Partial<Call> = {}, delivery?: Delivery) =>
  chat.streamAnswer.execute(aCall(call), anInput(input), delivery);

async function read(events: AsyncGenerator<ChatEvent>): Promise<ChatEvent[]> {
  const seen: ChatEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

async function done(events: AsyncGenerator<ChatEvent>) {
  const last = (await read(events)).at(-1);
  if (last?.type !== "done") throw new Error("no done");
  return last;
}

/** Waits for what fails, and lets time pass meanwhile. */
async function failure(work: Promise<unknown>, afterMs = 0): Promise<unknown> {
  const failed = work.then(
    () => undefined,
    (error: unknown) => error,
  );
  await chat.clock.advance(afterMs);
  return failed;
}

/** Nothing is claimed, counted or stored. */
async function expectNoTrace(): Promise<void> {
  expect(chat.conversations.holderOf(chat.key)).toBeUndefined();
  expect(await chat.conversations.listTurns(chat.key, 0, 10)).toEqual([]);
  expect(await chat.quotas.find(KEY_ID, MONTH)).toBe(0);
  expect(chat.usage.drain()).toEqual([]);
  const repeat = await chat.requests.claim(OWNER, REQUEST.id, "another digest", "somebody", 1_000);
  expect(repeat).toEqual({ state: "fresh" });
  expect(chat.model.running).toBe(0);
}

describe("a streamed answer", () => {
  it("begins with the session, goes on as the model speaks, and ends with the whole answer", async () => {
    chat.model.next(thinks("hm"), says("Cardano is "), says("a blockchain."), ends("stop", USAGE));
    expect(await read(start({ request: REQUEST }))).toEqual([
      { type: "session", sessionId: "s1", requestId: "once" },
      { type: "reasoning", text: "hm" },
      { type: "content", text: "Cardano is " },
      { type: "content", text: "a blockchain." },
      {
        type: "done",
        replayed: false,
        answer: {
          ...{ reply: "Cardano is a blockchain.", sessionId: "s1", replyJson: null, tools: [], sources: [] },
          ...{ provider: "scripted", model: "scripted-1", reasoning: "hm", usage: USAGE, requestId: "once" },
        },
      },
    ]);
  });

  it("asks the model for words as they come", async () => {
    await read(start());
    expect(chat.model.requests[0]?.streamed).toBe(true);
  });

  it("makes a session id when none was sent", async () => {
    const [session] = await read(start({ sessionId: undefined }));
    expect(session).toMatchObject({ type: "session", sessionId: expect.stringMatching(/^ses_[0-9a-f]{32}$/) });
  });

  it("shows what the tools did, and adds up the usage of all rounds", async () => {
    chat = openChat({ tools: [aTool("clock", async () => ({ text: "noon" }))] });
    chat.model.next(calls("clock", '{"zone":"utc"}'), ends("tool-calls", USAGE));
    chat.model.next(says("It is noon."), ends("stop", USAGE));
    const events = await read(start());
    expect(events.map(({ type }) => type)).toEqual(["session", "tool-call", "tool-result", "content", "done"]);
    expect(events.at(-1)).toMatchObject({
      answer: {
        tools: [{ name: "clock", ok: true }],
        usage: { promptTokens: 14, completionTokens: 6, totalTokens: 20 },
      },
    });
  });

  it("opens after 10 s while the model still thinks", async () => {
    chat.model.next({ pauseMs: 15_000 }, says("At last."));
    const events = start();
    let opened: unknown;
    void events.next().then((step) => {
      opened = step.value;
    });
    await chat.clock.advance(9_999);
    expect(opened).toBeUndefined();
    await chat.clock.advance(1);
    expect(opened).toMatchObject({ type: "session" });
    const rest = read(events);
    await chat.clock.advance(5_000);
    expect((await rest).map(({ type }) => type)).toEqual(["content", "done"]);
  });

  it("opens with the first word when it comes sooner", async () => {
    chat.model.next({ pauseMs: 3_000 }, says("Soon."));
    const opened = start().next();
    await chat.clock.advance(3_000);
    expect((await opened).value).toMatchObject({ type: "session" });
  });
});

describe("a failure", () => {
  it("before the first word is thrown before anything was yielded, and leaves no trace", async () => {
    chat.model.next({ pauseMs: 5_000 }, modelUnavailable());
    const first = start({ request: REQUEST }, { actor: METERED }).next();
    expect(await failure(first, 5_000)).toMatchObject({ code: "upstream_failed", reason: "model_unavailable" });
    await expectNoTrace();
  });

  it("after the stream opened is thrown from it, and leaves no trace", async () => {
    chat.model.next(says("half an ans"), modelUnavailable());
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of start({ request: REQUEST }, { actor: METERED })) seen.push(event.type);
    })();
    expect(await failure(reading)).toMatchObject({ reason: "model_unavailable" });
    expect(seen).toEqual(["session", "content"]);
    await expectNoTrace();
  });

  it("leaves the conversation free and as it was for the next message", async () => {
    await read(start({ message: "first" }));
    chat.model.next(modelUnavailable());
    await failure(read(start({ message: "lost" })));
    await read(start({ message: "next" }));
    const texts = chat.model.requests.at(-1)?.messages.map(({ text }) => text);
    expect(texts).toEqual(["first", "echo: first", "next"]);
  });

  it.each([
    ["an unknown document store", { vectorStoreIds: ["vs_1"] }, { code: "not_found", message: "vs_1" }],
    ["a schema that cannot be used", { outputSchema: { type: 7 } }, { code: "invalid_input" }],
  ])("for %s comes before anything is claimed or asked", async (_name, input, expected) => {
    expect(await failure(read(start(input)))).toMatchObject(expected);
    expect(chat.model.requests).toEqual([]);
    await expectNoTrace();
  });

  it("for a picture that the model cannot see comes before anything is claimed or asked", async () => {
    chat.model.known = { ...chat.model.known, seesImages: false };
    const image = { field: "image_data", bytes: new Uint8Array([1]) };
    expect(await failure(read(start({ image })))).toMatchObject({ reason: "images_not_supported" });
    await expectNoTrace();
  });

  it("for a used up quota comes before the model is asked", async () => {
    const actor: Call["actor"] = { kind: "api-key", keyId: KEY_ID, monthlyQuota: 1 };
    await read(start({}, { actor }));
    chat.usage.drain();
    const input = { request: REQUEST, sessionId: "s2" };
    expect(await failure(read(start(input, { actor })))).toMatchObject({ reason: "quota_exceeded" });
    expect(chat.model.requests).toHaveLength(1);
    expect(chat.usage.drain()).toEqual([]);
    expect(chat.conversations.holderOf({ ...chat.key, sessionId: "s2" })).toBeUndefined();
    expect(await chat.requests.claim(OWNER, "once", "x", "somebody", 1_000)).toEqual({ state: "fresh" });
  });
});

describe("a consumer that leaves", () => {
  it("in the middle of the answer ends the model's work and leaves no trace", async () => {
    chat.model.next(says("one "), says("two "), "hang");
    const events = start({ request: REQUEST }, { actor: METERED });
    await events.next();
    await events.next();
    await events.return(undefined);
    await expectNoTrace();
  });

  it("while the model thinks does not have to wait for its first word", async () => {
    chat.model.next("hang");
    const events = start({ request: REQUEST }, { actor: METERED });
    const opened = events.next();
    await chat.clock.advance(10_000);
    await opened;
    await events.return(undefined);
    await expectNoTrace();
  });

  it("by its signal ends the answer with AbortedError and leaves no trace", async () => {
    const caller = new AbortController();
    chat.model.next(says("one "), "hang");
    const reading = read(start({ request: REQUEST }, { actor: METERED, signal: caller.signal }));
    await chat.clock.advance(1);
    caller.abort();
    expect(await failure(reading)).toBeInstanceOf(AbortedError);
    await expectNoTrace();
  });

  it("once the answer is stored is counted all the same", async () => {
    const events = start({}, { actor: METERED });
    for await (const event of events) if (event.type === "done") break;
    expect(chat.usage.drain()).toMatchObject([{ keyId: KEY_ID, endpoint: "/chat", calls: 1 }]);
    expect(await chat.quotas.find(KEY_ID, MONTH)).toBe(1);
    expect(await chat.conversations.listTurns(chat.key, 0, 10)).toHaveLength(1);
  });

  it.each([
    ["60 s of silence", [says("one "), "hang"] as const, 60_000, 60],
    ["10 min in all", Array.from({ length: 20 }, () => [{ pauseMs: 50_000 }, says("word ")]).flat(), 600_000, 600],
  ])("too late is told so: %s", async (_name, steps, afterMs, seconds) => {
    chat.model.next(...steps);
    const reading = read(start({ request: REQUEST }, { actor: METERED }));
    expect(await failure(reading, afterMs)).toMatchObject({
      code: "timeout",
      reason: "timeout",
      message: `no answer within ${seconds} s; use POST /background/create for long work`,
    });
    await expectNoTrace();
  });

  it("gives no more than 60 s of silence, and no less", async () => {
    chat.model.next(says("one "), { pauseMs: 59_999 }, says("two "), { pauseMs: 59_999 }, says("three"));
    const reading = done(start());
    await chat.clock.advance(119_998);
    expect((await reading).answer.reply).toBe("one two three");
  });
});

describe("counting", () => {
  it("happens once the turn is stored, not before", async () => {
    chat.model.next(says("one"), ends("stop", USAGE));
    const events = start();
    await events.next();
    await events.next();
    expect(chat.usage.drain()).toEqual([]);
    expect((await events.next()).value).toMatchObject({ type: "done" });
    const row = { keyId: KEY_ID, day: "2026-11-22", endpoint: "/chat", calls: 1, modelTokens: 10 };
    expect(chat.usage.drain()).toEqual([row]);
  });

  it("does not happen when the turn cannot be stored, and then nothing is kept", async () => {
    const events = start({ request: REQUEST }, { actor: METERED });
    await events.next();
    await events.next();
    chat.conversations.expire(chat.key);
    expect(await failure(events.next())).toMatchObject({ code: "conflict", reason: "session_busy" });
    await expectNoTrace();
  });

  it("estimates tokens when the provider does not count them", async () => {
    const { answer } = await done(start());
    expect(answer.usage).toBeNull();
    expect(chat.usage.drain()[0]?.modelTokens).toBeGreaterThan(5);
  });
});

describe("a repeated request", () => {
  it("gets the kept answer in one piece, without the model, and is not counted", async () => {
    chat.model.next(says("Cardano is "), says("a blockchain."));
    const first = await done(start({ request: REQUEST }, { actor: METERED }));
    chat.usage.drain();
    expect(await read(start({ request: REQUEST }, { actor: METERED }))).toEqual([
      { type: "session", sessionId: "s1", requestId: "once" },
      { type: "content", text: "Cardano is a blockchain." },
      { type: "done", answer: first.answer, replayed: true },
    ]);
    expect(chat.model.requests).toHaveLength(1);
    expect(chat.usage.drain()).toEqual([]);
    expect(await chat.quotas.find(KEY_ID, MONTH)).toBe(1);
    expect(await chat.conversations.listTurns(chat.key, 0, 10)).toHaveLength(1);
  });

  it("waits while the first is being answered", async () => {
    chat.model.next({ pauseMs: 2_000 }, says("once"));
    const both = [done(start({ request: REQUEST })), done(start({ request: REQUEST }))];
    await chat.clock.advance(3_000);
    expect((await Promise.all(both)).map(({ replayed }) => replayed)).toEqual([false, true]);
    expect(chat.model.requests).toHaveLength(1);
  });

  it("with another body is refused", async () => {
    await read(start({ request: REQUEST }));
    const other = read(start({ request: { ...REQUEST, digest: "other" } }));
    expect(await failure(other)).toMatchObject({ code: "conflict", reason: "request_id_conflict" });
  });

  it("after a failure is asked anew", async () => {
    chat.model.next(modelUnavailable());
    await failure(read(start({ request: REQUEST })));
    expect(await done(start({ request: REQUEST }))).toMatchObject({ replayed: false });
  });
});

describe("memory", () => {
  it("keeps messages sent at once in order, each seeing the one before", async () => {
    const both = [read(start({ message: "first" })), read(start({ message: "second" }))];
    await chat.clock.advance(1_000);
    await Promise.all(both);
    const turns = await chat.conversations.listTurns(chat.key, 0, 10);
    expect(turns.map(({ userText }) => userText)).toEqual(["first", "second"]);
    expect(chat.model.requests.at(-1)?.messages.map(({ text }) => text)).toEqual(["first", "echo: first", "second"]);
  });

  it("remembers of a picture that there was one", async () => {
    await read(start({ message: "What is this?", image: { field: "image_data", bytes: new Uint8Array([1]) } }));
    expect(chat.model.requests[0]).toMatchObject({ use: "vision", messages: [{ images: [{ width: 2 }] }] });
    await read(start({ message: "And now?" }));
    expect(chat.model.requests[1]?.messages[0]).toEqual({ role: "user", text: "[image] What is this?" });
  });

  it("stores no NUL and no half characters, and still answers with what the model said", async () => {
    chat.model.next(says("a\u0000b \ud83d"));
    const { answer } = await done(start({ message: "half \ude00" }));
    expect(answer.reply).toBe("a\u0000b \ud83d");
    const [turn] = await chat.conversations.listTurns(chat.key, 0, 1);
    expect(turn).toMatchObject({ userText: "half \ufffd", replyText: "ab \ufffd" });
  });

  it("folds old turns into a summary once the window is full, after the answer", async () => {
    chat = openChat({ settings: { memoryTokens: 60 } });
    for (const n of [1, 2]) chat.model.next(says(`answer ${n} ${"word ".repeat(20)}`));
    chat.model.next(says("SUMMARY"));
    for (const n of [1, 2]) await read(start({ message: `message ${n}` }));
    await chat.afterwork.idle();
    await read(start({ message: "next" }));
    expect(chat.model.requests.at(-1)?.system).toContain("SUMMARY");
    expect(chat.logger.messages("warn")).toEqual([]);
  });

  it("is not for callers whose identity is not proven", async () => {
    const anonymous: Partial<Call> = { actor: { kind: "anonymous", address: "192.0.2.1" } };
    const first = await done(start({ message: "first", request: REQUEST }, anonymous));
    expect(first.answer).toMatchObject({ sessionId: "s1", requestId: "once" });
    expect(await done(start({ message: "second", request: REQUEST }, anonymous))).toMatchObject({ replayed: false });
    expect(chat.model.requests.at(-1)?.messages.map(({ text }) => text)).toEqual(["second"]);
    await expectNoTrace();
  });
});

describe("a structured answer that does not fit its schema", () => {
  const outputSchema = { type: "object", required: ["n"], properties: { n: { type: "integer" } } };
  const structured = { output: "structured", outputSchema } as const;
  const mend = () => {
    chat.model.next(says('{"n":"x"}'), ends("stop", USAGE));
    chat.model.next(says('{"n":5}'), ends("stop", USAGE));
  };

  it("is mended in the whole answer", async () => {
    mend();
    const { answer } = await done(start(structured, {}, "whole"));
    expect(answer).toMatchObject({ reply: '{"n":5}', replyJson: { n: 5 }, usage: { totalTokens: 20 } });
  });

  it("stays as it was streamed in a stream, beside the mended value", async () => {
    mend();
    const events = await read(start(structured));
    const content = events.flatMap((event) => (event.type === "content" ? [event.text] : []));
    expect(events.at(-1)).toMatchObject({ answer: { reply: content.join(""), replyJson: { n: 5 } } });
    expect(content).toEqual(['{"n":"x"}']);
  });
});

describe("the log", () => {
  it("names request and model, and holds neither message nor answer", async () => {
    chat.model.next(says("secret answer"));
    await read(start({ message: "secret question", meta: { trace: "t1" } }));
    expect(chat.logger.lines).toEqual([
      {
        level: "info",
        message: "chat answered",
        fields: { requestId: "req-1", model: "scripted-1", meta: { trace: "t1" } },
      },
    ]);
  });
});
