import type { ModelEvent, ModelTokenUsage } from "../../core/chat/ports.ts";
import { ProtocolError } from "./errors.ts";
import type { SilenceWatch } from "./silence-watch.ts";
import { ToolCallParts } from "./tool-call-parts.ts";
import { isRecord, textOf } from "./wire.ts";

type End = Extract<ModelEvent, { type: "end" }>;

/** Words of servers for why an answer ended; with any other word it broke off. */
const REASONS: Readonly<Record<string, End["reason"]>> = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  end_turn: "stop",
  length: "length",
  max_tokens: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "refused",
};

/** Turns the chunks of one answer into events; throws when they stop before the answer is whole. */
export async function* readChatStream(
  chunks: AsyncIterable<unknown>,
  model: string,
  watch: SilenceWatch,
): AsyncGenerator<ModelEvent> {
  const answer = new AnswerReader(model);
  try {
    for await (const chunk of chunks) {
      watch.heard();
      if (watch.callerLeft) break;
      yield* answer.read(chunk);
      watch.listen();
    }
  } catch (error) {
    // Expected after the reason: everything that counts has arrived, only the goodbye is missing.
    if (!answer.isWhole) throw error;
  } finally {
    watch.heard();
  }
  // An aborted stream ends like a finished one, and so does a cut one.
  if (!answer.isWhole || watch.callerLeft) throw new ProtocolError("the stream ended before the answer did");
  yield* answer.end();
}

/** Turns an answer that came in one piece into the events of a stream with one chunk. */
export function* readWholeAnswer(completion: unknown, model: string): Generator<ModelEvent> {
  const choice: unknown = isRecord(completion) && Array.isArray(completion.choices) ? completion.choices[0] : undefined;
  if (!isRecord(completion) || !isRecord(choice) || !isRecord(choice.message)) {
    throw new ProtocolError("the reply is no answer");
  }
  const answer = new AnswerReader(model);
  // A body that arrived whole is whole, even where a server does not say so.
  const finished = { ...choice, delta: choice.message, finish_reason: choice.finish_reason ?? "stop" };
  yield* answer.read({ ...completion, choices: [finished] });
  yield* answer.end();
}

class AnswerReader {
  private model: string;
  private reason: End["reason"] | undefined;
  private usage: ModelTokenUsage | undefined;
  private refused = false;
  private readonly toolCalls = new ToolCallParts();

  constructor(model: string) {
    this.model = model;
  }

  get isWhole(): boolean {
    return this.reason !== undefined;
  }

  *read(chunk: unknown): Generator<ModelEvent> {
    if (!isRecord(chunk)) return;
    this.model = textOf(chunk.model) || this.model;
    this.usage = usageOf(chunk.usage) ?? this.usage;
    const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
    if (!isRecord(choice)) return;
    if (isRecord(choice.delta)) yield* this.readDelta(choice.delta);
    const word = textOf(choice.finish_reason).toLowerCase();
    if (word === "") return;
    this.reason = REASONS[word];
    if (this.reason === undefined) throw new ProtocolError("the answer ended for a reason that is no end");
  }

  *end(): Generator<ModelEvent> {
    const calls = this.toolCalls.whole();
    for (const call of calls) yield { type: "tool-call", call };
    // Some servers say "stop" after calls.
    let reason = this.reason === "stop" && calls.length > 0 ? "tool-calls" : (this.reason ?? "stop");
    if (this.refused) reason = "refused";
    yield { type: "end", reason, model: this.model, usage: this.usage };
  }

  private *readDelta(delta: Record<string, unknown>): Generator<ModelEvent> {
    const reasoning = textOf(delta.reasoning_content) || textOf(delta.reasoning);
    if (reasoning !== "") yield { type: "reasoning", text: reasoning };
    const text = textOf(delta.content);
    if (text !== "") yield { type: "text", text };
    if (textOf(delta.refusal) !== "") this.refused = true;
    this.toolCalls.add(delta.tool_calls);
  }
}

function usageOf(usage: unknown): ModelTokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: totalTokens } = usage;
  if (!isCount(promptTokens) || !isCount(completionTokens)) return undefined;
  return {
    promptTokens,
    completionTokens,
    totalTokens: isCount(totalTokens) ? totalTokens : promptTokens + completionTokens,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
