import type { Meter } from "../access/meter.ts";
import type { Afterwork } from "../shared/afterwork.ts";
import { type Call, ownerOf } from "../shared/call.ts";
import type { Clock, Ids, JsonSchemas, Logger, Pictures } from "../shared/ports.ts";
import type { Answer } from "./answer.ts";
import type { ChatInput } from "./chat-input.ts";
import type { Claims, HeldConversation, TakenRequest } from "./claims.ts";
import type { ChatEvent } from "./events.ts";
import { estimateModelTokens } from "./model-tokens.ts";
import type { ConversationKey, LanguageModel, ModelRequest } from "./ports.ts";
import { type PreparedTurn, prepareTurn } from "./prepare-turn.ts";
import { type Personas, rememberedText } from "./prompt.ts";
import { addUsage, type Outcome, runRounds } from "./run-rounds.ts";
import { structureAnswer } from "./structure-answer.ts";
import type { SummariseConversation } from "./summarise-conversation.ts";
import type { Tool } from "./tool.ts";
import { type TimeLimits, Watchdog } from "./watchdog.ts";

/** A stream opens after this long even while the model thinks; before it, a failure is still an ordinary error. */
const FIRST_WORD_MS = 10_000;

export interface ChatSettings {
  /** Model tokens of a conversation's window. */
  memoryTokens: number;
  /** Longest wait for a whole answer, and limits of a stream. */
  whole: TimeLimits;
  stream: TimeLimits;
  personas: Personas;
}

export interface StreamAnswerDeps {
  model: LanguageModel;
  tools: readonly Tool[];
  claims: Claims;
  summarise: SummariseConversation;
  meter: Meter;
  pictures: Pictures;
  jsonSchemas: JsonSchemas;
  settings: ChatSettings;
  afterwork: Afterwork;
  clock: Clock;
  ids: Ids;
  logger: Logger;
}

/** How the answer is consumed: a stream's reply is exactly what was streamed, even when its JSON had to be mended. */
export type Delivery = "streamed" | "whole";

/**
 * Answers a message with memory, tools and, if asked for, structure. `session` comes with the model's first word or
 * after 10 s; what fails before it is thrown before anything was yielded. The turn is stored before `done`: a turn
 * that fails, is left or runs out of time leaves no trace and does not count.
 */
export class StreamAnswer {
  private readonly deps: StreamAnswerDeps;

  constructor(deps: StreamAnswerDeps) {
    this.deps = deps;
  }

  async *execute(call: Call, input: ChatInput, delivery: Delivery = "streamed"): AsyncGenerator<ChatEvent> {
    const { claims, ids, meter } = this.deps;
    const parts = { ...this.deps, ...this.deps.settings };
    const turn = await prepareTurn(parts, call, input, delivery === "streamed");
    const owner = ownerOf(call.actor);
    const sessionId = input.sessionId ?? `ses_${ids.hex(16)}`;
    const holder = claims.newHolder();
    const undo: (() => Promise<void>)[] = [];
    let taken: TakenRequest | undefined;
    try {
      if (owner !== undefined && input.request !== undefined) {
        const request = await claims.request(call, owner, input.request, holder);
        if ("answer" in request) return yield* replay(request.answer);
        taken = request;
        undo.push(taken.release);
      }
      const key = owner === undefined ? undefined : { owner, sessionId };
      const held = key && (await claims.conversation(call, key, holder, turn.budget));
      if (held !== undefined) undo.push(held.release);
      const metered = await meter.open(call, "/chat");
      undo.push(metered.release);
      const answer = yield* this.answer(call, input, sessionId, turn, held, delivery);
      if (held !== undefined) await this.save(held, input, answer);
      taken?.settle();
      undo.length = 0;
      metered.commit(answer.usage?.totalTokens ?? estimateModelTokens(input.message + answer.reply));
      if (key !== undefined && held !== undefined) this.foldLater(key, held, turn.budget, input, answer);
      this.deps.logger.info("chat answered", { requestId: call.requestId, model: answer.model, meta: input.meta });
      yield { type: "done", answer, replayed: false };
    } finally {
      for (const step of undo.reverse()) await this.bestEffort(step);
    }
  }

  private async *answer(
    call: Call,
    input: ChatInput,
    sessionId: string,
    turn: PreparedTurn,
    held: HeldConversation | undefined,
    delivery: Delivery,
  ): AsyncGenerator<ChatEvent, Answer> {
    const { clock, settings } = this.deps;
    const watchdog = new Watchdog(clock, call, delivery === "streamed" ? settings.stream : settings.whole);
    const watched = { ...call, signal: watchdog.signal };
    const request = turn.request(held?.memory);
    const rounds = runRounds(this.deps, watched, request, turn.tools);
    let answered = false;
    try {
      const first = rounds.next();
      first.catch(() => {}); // expected: awaited below, perhaps after the stream opened
      if (delivery === "streamed") await this.firstWord(first);
      else await first;
      yield { type: "session", sessionId, requestId: input.request?.id ?? null };
      let step = await first;
      while (!step.done) {
        watchdog.pause();
        yield step.value;
        watchdog.touch();
        step = await rounds.next();
      }
      const answer = await this.complete(watched, input, sessionId, turn, request, step.value, delivery);
      answered = true;
      return answer;
    } catch (error) {
      throw watchdog.explain(error);
    } finally {
      if (answered) watchdog.stop();
      else watchdog.abandon();
      await rounds.return(undefined as never);
    }
  }

  private async firstWord(first: Promise<unknown>): Promise<void> {
    let callOff = () => {};
    const opened = new Promise<void>((resolve) => {
      callOff = this.deps.clock.after(FIRST_WORD_MS, resolve);
    });
    await Promise.race([first, opened]).finally(callOff);
  }

  private async complete(
    call: Call,
    input: ChatInput,
    sessionId: string,
    turn: PreparedTurn,
    request: ModelRequest,
    outcome: Outcome,
    delivery: Delivery,
  ): Promise<Answer> {
    const structured =
      input.output === "structured"
        ? await structureAnswer(this.deps, call, request, outcome.text, input.outputSchema)
        : undefined;
    const repaired = delivery === "whole" ? structured?.repairedText : undefined;
    return {
      reply: repaired ?? outcome.text,
      sessionId,
      replyJson: structured?.json ?? null,
      tools: outcome.tools,
      sources: outcome.sources,
      provider: turn.profile.provider,
      model: outcome.model || turn.profile.model,
      reasoning: outcome.reasoning || null,
      usage: addUsage(outcome.usage, structured?.usage) ?? null,
      requestId: input.request?.id ?? null,
    };
  }

  private save(held: HeldConversation, input: ChatInput, answer: Answer): Promise<void> {
    const userText = rememberedText(input);
    const turn = {
      seq: held.memory.lastSeq + 1,
      userText: storable(userText),
      replyText: storable(answer.reply),
      modelTokens: estimateModelTokens(userText) + estimateModelTokens(answer.reply),
      at: this.deps.clock.now(),
    };
    return held.save(turn, input.request && { requestId: input.request.id, answer });
  }

  private foldLater(
    key: ConversationKey,
    held: HeldConversation,
    budget: number,
    input: ChatInput,
    answer: Answer,
  ): void {
    const { memory } = held;
    const used = memory.turns.reduce((sum, turn) => sum + turn.modelTokens, 0);
    const added = estimateModelTokens(input.message) + estimateModelTokens(answer.reply);
    if (!memory.overflows && used + added <= budget) return;
    const signal = new AbortController().signal;
    this.deps.afterwork.start("summarise", () => this.deps.summarise.execute({ key, budget }, memory, signal));
  }

  private async bestEffort(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.deps.logger.warn("a claim could not be given back; it runs out by itself", { error }); // best effort
    }
  }
}

function* replay(answer: Answer): Generator<ChatEvent> {
  yield { type: "session", sessionId: answer.sessionId, requestId: answer.requestId };
  yield { type: "content", text: answer.reply };
  yield { type: "done", answer, replayed: true };
}

// PostgreSQL text knows no NUL, and half a surrogate pair is no character.
function storable(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}
