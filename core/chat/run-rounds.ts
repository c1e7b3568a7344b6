import type { Call } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { Clock, Logger } from "../shared/ports.ts";
import type { UsedTool } from "./answer.ts";
import type { ChatEvent } from "./events.ts";
import type { AnswerSource, LanguageModel, ModelEvent, ModelRequest, ModelTokenUsage, ModelToolCall } from "./ports.ts";
import { runTool, type ToolRun } from "./run-tool.ts";
import type { Tool } from "./tool.ts";

/** Rounds of one answer; in the last one the model gets no tools, so that it must answer. */
const MAX_ROUNDS = 6;

export interface Outcome {
  text: string;
  reasoning: string;
  tools: UsedTool[];
  sources: AnswerSource[];
  usage: ModelTokenUsage | undefined;
  model: string;
}

export interface RoundsDeps {
  model: LanguageModel;
  clock: Clock;
  logger: Logger;
}

type Streamed = Extract<ChatEvent, { type: "content" | "reasoning" | "tool-call" | "tool-result" }>;

interface Round {
  text: string;
  calls: ModelToolCall[];
  end: Extract<ModelEvent, { type: "end" }>;
}

/**
 * Asks the model, runs the tools it calls, tells it what they said, and again, until it answers.
 * An empty answer is asked for once more with twice the tokens; then it is AppError upstream_failed `model_unavailable`.
 */
export async function* runRounds(
  deps: RoundsDeps,
  call: Call,
  first: ModelRequest,
  tools: readonly Tool[],
): AsyncGenerator<Streamed, Outcome> {
  const outcome: Outcome = { text: "", reasoning: "", tools: [], sources: [], usage: undefined, model: "" };
  const messages = [...first.messages];
  let maxTokens = first.maxTokens;
  let retried = false;
  for (let number = 1; number <= MAX_ROUNDS; number++) {
    const offered = number < MAX_ROUNDS ? tools.map((tool) => tool.declaration) : [];
    const round = yield* oneRound(deps, call, { ...first, messages, maxTokens, tools: offered }, outcome);
    if (round.end.reason === "refused") throw modelUnavailable();
    if (round.calls.length > 0 && number < MAX_ROUNDS) {
      messages.push({ role: "assistant", text: round.text, toolCalls: round.calls });
      for (const run of yield* callTools(deps, call, round.calls, tools)) {
        outcome.tools.push(run.used);
        outcome.sources.push(...run.sources);
        messages.push({ role: "tool", toolCallId: run.call.id, name: run.call.name, text: run.text });
      }
      continue;
    }
    if (round.text.trim() !== "") return outcome;
    if (retried) break;
    retried = true;
    maxTokens *= 2;
  }
  throw modelUnavailable();
}

async function* oneRound(
  deps: RoundsDeps,
  call: Call,
  request: ModelRequest,
  outcome: Outcome,
): AsyncGenerator<Streamed, Round> {
  const calls: ModelToolCall[] = [];
  const before = outcome.text;
  let end: Round["end"] | undefined;
  for await (const event of deps.model.answer(request, call.signal)) {
    if (event.type === "tool-call") calls.push(event.call);
    else if (event.type === "source") outcome.sources.push(event.source);
    else if (event.type === "end") end = event;
    else if (event.text !== "") yield heard(event, outcome, before);
  }
  if (end === undefined) throw modelUnavailable();
  outcome.model = end.model;
  outcome.usage = addUsage(outcome.usage, end.usage);
  return { text: outcome.text.slice(before.length), calls, end };
}

/** Adds words to the outcome; what a later round says begins a paragraph of its own. */
function heard(event: { type: "text" | "reasoning"; text: string }, outcome: Outcome, before: string): Streamed {
  if (event.type === "reasoning") {
    outcome.reasoning += event.text;
    return { type: "reasoning", text: event.text };
  }
  const gap = before !== "" && outcome.text === before && !/\s$/.test(before) ? "\n\n" : "";
  outcome.text += gap + event.text;
  return { type: "content", text: gap + event.text };
}

async function* callTools(
  deps: RoundsDeps,
  call: Call,
  calls: readonly ModelToolCall[],
  tools: readonly Tool[],
): AsyncGenerator<Streamed, ToolRun[]> {
  for (const one of calls) {
    yield { type: "tool-call", id: one.id, name: one.name, args: parsedOrRaw(one.args) };
  }
  const runs = calls.map((one) => runTool(deps, call, one, tools));
  // Expected: each is awaited below, but the first to fail ends the waiting for the others.
  for (const run of runs) run.catch(() => {});
  const finished: ToolRun[] = [];
  for (const run of runs) {
    const result = await run;
    finished.push(result);
    yield { type: "tool-result", id: result.call.id, name: result.call.name, ok: result.used.ok };
  }
  return finished;
}

function parsedOrRaw(args: string): unknown {
  try {
    return JSON.parse(args);
  } catch {
    return args; // expected: a model may write anything
  }
}

export function addUsage(
  left: ModelTokenUsage | undefined,
  right: ModelTokenUsage | undefined,
): ModelTokenUsage | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return {
    promptTokens: left.promptTokens + right.promptTokens,
    completionTokens: left.completionTokens + right.completionTokens,
    totalTokens: left.totalTokens + right.totalTokens,
  };
}

export function modelUnavailable(): AppError {
  return new AppError("upstream_failed", "model_unavailable", "the language model did not answer; retry", {
    retryAfterSeconds: 5,
  });
}
