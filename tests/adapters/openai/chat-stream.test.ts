import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readChatStream } from "../../../adapters/openai/chat-stream.ts";
import { SilenceWatch } from "../../../adapters/openai/silence-watch.ts";
import type { ModelEvent } from "../../../core/chat/ports.ts";

const LIMIT_MS = 60_000;
const STOP = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

const delta = (one: object): object => ({ choices: [{ index: 0, delta: one, finish_reason: null }] });

async function* stream(chunks: readonly unknown[], pauseMs = 0): AsyncGenerator<unknown> {
  for (const chunk of chunks) {
    await vi.advanceTimersByTimeAsync(pauseMs);
    yield chunk;
  }
}

const watching = (): SilenceWatch => {
  const watch = new SilenceWatch(new AbortController().signal, LIMIT_MS);
  watch.listen();
  return watch;
};

async function read(chunks: readonly unknown[], watch = watching(), pauseMs = 0): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of readChatStream(stream(chunks, pauseMs), "asked", watch)) events.push(event);
  return events;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the end of an answer", () => {
  it.each([
    ["stop", "stop"],
    ["eos_token", "stop"],
    ["STOP", "stop"],
    ["length", "length"],
    ["tool_calls", "tool-calls"],
    ["function_call", "tool-calls"],
    ["content_filter", "refused"],
  ])("by %s is told as %s", async (word, reason) => {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: word }] };
    expect(await read([delta({ content: "a" }), end])).toEqual([
      { type: "text", text: "a" },
      { type: "end", reason, model: "asked", usage: undefined },
    ]);
  });

  it("is a refusal when the model refuses in words of their own, which are not part of the answer", async () => {
    expect(await read([delta({ refusal: "I must not." }), STOP])).toMatchObject([{ type: "end", reason: "refused" }]);
  });

  it("is a call of tools when there are calls, whatever the server says", async () => {
    const call = delta({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "{}" } }] });
    expect((await read([call, STOP])).at(-1)).toMatchObject({ type: "end", reason: "tool-calls" });
  });

  it.each([[[]], [[delta({ content: "half an ans" })]], [["text", null, 7, { choices: "none" }]]])(
    "is an error when nothing said that it is the end (%#)",
    async (chunks) => {
      await expect(read(chunks)).rejects.toThrow("ended before the answer did");
    },
  );
});

describe("what an answer is made of", () => {
  it.each(["reasoning_content", "reasoning"])("has thinking in %s", async (field) => {
    expect(await read([delta({ [field]: "hm" }), delta({ content: "a" }), STOP])).toMatchObject([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "a" },
      { type: "end" },
    ]);
  });

  it("leaves out what is empty or no text", async () => {
    const events = await read([delta({ content: "" }), delta({ content: null }), delta({ content: 7 }), STOP]);
    expect(events).toMatchObject([{ type: "end" }]);
  });

  it.each([
    [
      { prompt_tokens: 2, completion_tokens: 3, total_tokens: 6 },
      { promptTokens: 2, completionTokens: 3, totalTokens: 6 },
    ],
    [
      { prompt_tokens: 2, completion_tokens: 3 },
      { promptTokens: 2, completionTokens: 3, totalTokens: 5 },
    ],
    [{ prompt_tokens: 2 }, undefined],
    [{ prompt_tokens: "2", completion_tokens: -1 }, undefined],
    [null, undefined],
  ])("counts %j", async (usage, expected) => {
    expect((await read([STOP, { choices: [], usage }])).at(-1)).toEqual({
      type: "end",
      reason: "stop",
      model: "asked",
      usage: expected,
    });
  });

  it("takes the newest count of servers that count on every chunk", async () => {
    const counted = (tokens: number): object => ({
      ...delta({ content: "a" }),
      usage: { prompt_tokens: 1, completion_tokens: tokens, total_tokens: 1 + tokens },
    });
    const events = await read([counted(1), counted(2), STOP]);
    expect(events.at(-1)).toMatchObject({ usage: { completionTokens: 2 } });
  });
});

describe("silence", () => {
  it("is counted from word to word, not from the start", async () => {
    const words = Array.from({ length: 10 }, () => delta({ content: "." }));
    expect((await read([...words, STOP], watching(), LIMIT_MS - 1)).at(-1)).toMatchObject({ type: "end" });
  });

  it("is not what passes while the reader is busy", async () => {
    const watch = watching();
    for await (const _ of readChatStream(stream([delta({ content: "a" }), STOP]), "asked", watch)) {
      await vi.advanceTimersByTimeAsync(10 * LIMIT_MS);
    }
    expect(watch.signal.aborted).toBe(false);
  });

  it("ends the call at the limit", async () => {
    const watch = watching();
    await read([delta({ content: "a" }), STOP], watch, LIMIT_MS).catch(() => {});
    expect(watch.signal.aborted).toBe(true);
    expect(watch.explain(undefined)).toMatchObject({
      code: "timeout",
      reason: "timeout",
      message: "no answer within 60 s; use POST /background/create for long work",
    });
  });
});
