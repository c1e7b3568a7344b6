import { beforeEach, describe, expect, it } from "vitest";
import type { ChatEvent } from "../../../core/chat/events.ts";
import type { ModelRequest } from "../../../core/chat/ports.ts";
import { type Outcome, runRounds } from "../../../core/chat/run-rounds.ts";
import type { Tool } from "../../../core/chat/tool.ts";
import type { Call } from "../../../core/shared/call.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { RecordingLogger } from "../../fakes/recording-logger.ts";
import { calls, ends, ScriptedLanguageModel, says, thinks } from "../../fakes/scripted-language-model.ts";
import { aCall, aTool } from "../../support/chat.ts";

const REQUEST: ModelRequest = {
  ...{ use: "default", system: "Be kind.", messages: [{ role: "user", text: "hi" }], tools: [] },
  ...{ output: { kind: "text" }, streamed: true, maxTokens: 100 },
};
const UNAVAILABLE = { code: "upstream_failed", reason: "model_unavailable", retryAfterSeconds: 5 };

let clock: FakeClock;
let logger: RecordingLogger;
let model: ScriptedLanguageModel;
beforeEach(() => {
  clock = new FakeClock();
  logger = new RecordingLogger();
  model = new ScriptedLanguageModel(clock);
});

async function run(tools: Tool[] = [], call: Partial<Call> = {}): Promise<{ events: ChatEvent[]; outcome: Outcome }> {
  const rounds = runRounds({ model, clock, logger }, aCall(call), REQUEST, tools);
  const events: ChatEvent[] = [];
  for (;;) {
    const step = await rounds.next();
    if (step.done) return { events, outcome: step.value };
    events.push(step.value);
  }
}

const echo = aTool("echo", async (_call, args) => ({ text: `heard ${JSON.stringify(args)}` }));

describe("one round", () => {
  it("passes on what the model says and thinks, as it comes, and puts it together", async () => {
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    const source = { kind: "document" as const, title: "Guide", ref: "docs/guide" };
    model.next(thinks("hm"), says("one "), says(""), { type: "source", source }, says("two"), ends("stop", usage));
    const { events, outcome } = await run();
    expect(events).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "content", text: "one " },
      { type: "content", text: "two" },
    ]);
    expect(outcome).toEqual({
      ...{ text: "one two", reasoning: "hm", tools: [], sources: [source], usage, model: "scripted-1" },
    });
  });

  it("that stops at the limit of its tokens is an answer", async () => {
    model.next(says("cut off"), ends("length"));
    expect((await run()).outcome.text).toBe("cut off");
  });

  it("that refuses is no answer, whatever it said", async () => {
    model.next(says("I will not"), ends("refused"));
    await expect(run()).rejects.toMatchObject(UNAVAILABLE);
  });

  it("that breaks off without an end is no answer", async () => {
    model.next(says("half"), "cut");
    await expect(run()).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each([["nothing"], [" \n"]])("that says %j is asked for once more with twice the tokens", async (text) => {
    model.next(says(text === "nothing" ? "" : text));
    model.next(says("sorry, here"));
    expect((await run()).outcome.text.trim()).toBe("sorry, here");
    expect(model.requests.map(({ maxTokens }) => maxTokens)).toEqual([100, 200]);
  });

  it("that says nothing twice is no answer", async () => {
    model.next(ends());
    model.next(ends());
    await expect(run()).rejects.toMatchObject(UNAVAILABLE);
    expect(model.requests).toHaveLength(2);
  });
});

describe("rounds with tools", () => {
  it("tell the model what each call said, in the order it called", async () => {
    model.next(says("Let me see."), calls("echo", '{"n":1}', "c1"), calls("echo", '{"n":2}', "c2"));
    model.next(says("Done."));
    const { events, outcome } = await run([echo]);
    expect(events).toEqual([
      { type: "content", text: "Let me see." },
      { type: "tool-call", id: "c1", name: "echo", args: { n: 1 } },
      { type: "tool-call", id: "c2", name: "echo", args: { n: 2 } },
      { type: "tool-result", id: "c1", name: "echo", ok: true },
      { type: "tool-result", id: "c2", name: "echo", ok: true },
      { type: "content", text: "\n\nDone." },
    ]);
    expect(outcome.text).toBe("Let me see.\n\nDone.");
    expect(outcome.tools).toEqual([
      { name: "echo", ok: true, ms: 0 },
      { name: "echo", ok: true, ms: 0 },
    ]);
    expect(model.requests[0]?.tools).toEqual([echo.declaration]);
    expect(model.requests[1]?.messages).toEqual([
      { role: "user", text: "hi" },
      {
        role: "assistant",
        text: "Let me see.",
        toolCalls: [
          { id: "c1", name: "echo", args: '{"n":1}' },
          { id: "c2", name: "echo", args: '{"n":2}' },
        ],
      },
      { role: "tool", toolCallId: "c1", name: "echo", text: 'heard {"n":1}' },
      { role: "tool", toolCallId: "c2", name: "echo", text: 'heard {"n":2}' },
    ]);
  });

  it("run the calls of one round beside each other", async () => {
    const slow = aTool("slow", async () => {
      await clock.sleep(15_000);
      return { text: "done" };
    });
    model.next(calls("slow", "{}", "c1"), calls("slow", "{}", "c2"));
    const running = run([slow]);
    await clock.advance(15_000);
    expect((await running).outcome.tools).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it("go on when a tool fails, does not exist or is called with nonsense", async () => {
    model.next(calls("echo", "{broken", "c1"), calls("fly", "{}", "c2"));
    model.next(says("I could not."));
    const { events, outcome } = await run([echo]);
    expect(events).toContainEqual({ type: "tool-call", id: "c1", name: "echo", args: "{broken" });
    expect(outcome).toMatchObject({ text: "I could not.", tools: [{ ok: false }, { ok: false }] });
    const told = model.requests[1]?.messages.slice(-2).map(({ text }) => text);
    expect(told).toEqual(["error: the arguments are not JSON", "error: there is no tool fly"]);
  });

  it("add up usage, and keep the sources of tools", async () => {
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    const source = { kind: "web" as const, title: "t", ref: "r" };
    model.next(calls("find", "{}"), ends("tool-calls", usage));
    model.next(says("Found."), ends("stop", usage));
    const { outcome } = await run([aTool("find", async () => ({ text: "x", sources: [source] }))]);
    expect(outcome).toMatchObject({
      usage: { promptTokens: 2, completionTokens: 4, totalTokens: 6 },
      sources: [source],
    });
  });

  it("are six: in the last the model gets no tools, and must answer", async () => {
    for (let n = 1; n <= 5; n++) model.next(calls("echo", "{}", `c${n}`));
    model.next(says("Enough."));
    expect((await run([echo])).outcome.text).toBe("Enough.");
    expect(model.requests.map(({ tools }) => tools.length)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  it("are no answer when the model only calls tools to the end", async () => {
    for (let n = 1; n <= 6; n++) model.next(calls("echo", "{}", `c${n}`));
    await expect(run([echo])).rejects.toMatchObject(UNAVAILABLE);
    expect(model.requests).toHaveLength(6);
  });

  it("end with all their tools when the caller leaves", async () => {
    const signals: AbortSignal[] = [];
    const never = aTool("never", (call) => {
      signals.push(call.signal);
      return new Promise(() => {});
    });
    const caller = new AbortController();
    model.next(calls("never", "{}", "c1"), calls("never", "{}", "c2"));
    const failed = run([never], { signal: caller.signal }).catch((error: unknown) => error);
    await clock.advance(1);
    caller.abort(new Error("left"));
    expect(await failed).toMatchObject({ message: "left" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    // Time for a rejection that nobody awaits to come to light: it would fail this file.
    await clock.advance(1);
  });
});
