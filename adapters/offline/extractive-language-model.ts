import { cutToModelTokens, estimateModelTokens } from "../../core/chat/model-tokens.ts";
import type {
  LanguageModel,
  ModelEvent,
  ModelImage,
  ModelMessage,
  ModelProfile,
  ModelRequest,
  ModelTokenUsage,
  ModelToolCall,
  ModelUse,
} from "../../core/chat/ports.ts";
import { AbortedError, AppError } from "../../core/shared/errors.ts";
import type { Ids } from "../../core/shared/ports.ts";
import { termsOf } from "./bm25.ts";
import {
  earlierMessageAskedFor,
  isAboutOneself,
  isFollowUp,
  isPersonal,
  isRemark,
  questionsIn,
  statementsIn,
  userTexts,
} from "./conversation.ts";
import type { Library } from "./library.ts";
import {
  earlierYouSaid,
  FIRST_MESSAGE,
  NOT_TOLD,
  NOTED,
  NOTHING_FOUND,
  smallTalkAnswer,
  toolFailed,
} from "./phrases.ts";
import { pictureAnswer } from "./picture-answer.ts";
import { joinedReply, jsonOf, piecesOf, plainReply, quotingReply, type Reply, withSources } from "./reply.ts";
import { TOOL_ROUTES } from "./routes.ts";

const MODEL = "embedded/extractive";

/** A sentence of the user often repeats words of the question by chance; it must be this much nearer than a document. */
const CONVERSATION_MARGIN = 0.15;

type ToolMessage = Extract<ModelMessage, { role: "tool" }>;

/**
 * Answers without a language model: it quotes its library and the conversation, passes sums on to the calculator and
 * measures pictures. Nothing in a message or document can instruct it.
 */
export class ExtractiveLanguageModel implements LanguageModel {
  private readonly library: Library;
  private readonly ids: Ids;

  constructor(deps: { library: Library; ids: Ids }) {
    this.library = deps.library;
    this.ids = deps.ids;
  }

  async profile(_use: ModelUse): Promise<ModelProfile> {
    return { provider: "embedded", model: MODEL, seesImages: true, contextTokens: undefined, summarises: false };
  }

  async *answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    stopIfAborted(signal);
    const call = this.toolCallFor(request);
    if (call !== undefined) {
      yield { type: "tool-call", call };
      stopIfAborted(signal);
      yield { type: "end", reason: "tool-calls", model: MODEL, usage: usageOf(request, call.args) };
      return;
    }
    const reply = await this.reply(request, signal);
    const json = request.output.kind === "json";
    const whole = json ? reply.text : withSources(reply);
    const cut = cutToModelTokens(whole, request.maxTokens) || whole.slice(0, 1);
    const text = json ? jsonOf({ ...reply, text: cut }) : cut;
    const events: ModelEvent[] = [
      ...piecesOf(text).map((piece): ModelEvent => ({ type: "text", text: piece })),
      ...reply.sources.map((source): ModelEvent => ({ type: "source", source })),
    ];
    for (const event of events) {
      yield event;
      stopIfAborted(signal);
    }
    yield { type: "end", reason: cut === whole ? "stop" : "length", model: MODEL, usage: usageOf(request, text) };
  }

  private toolCallFor({ messages, tools }: ModelRequest): ModelToolCall | undefined {
    const last = messages.at(-1);
    if (last?.role !== "user" || last.images?.length) return undefined;
    for (const route of TOOL_ROUTES.filter(({ tool }) => tools.some(({ name }) => name === tool))) {
      const args = route.argumentsFor(last.text);
      if (args !== undefined) return { id: `call_${this.ids.hex(8)}`, name: route.tool, args: JSON.stringify(args) };
    }
    return undefined;
  }

  private async reply({ messages }: ModelRequest, signal: AbortSignal): Promise<Reply> {
    const texts = userTexts(messages);
    const message = texts.at(-1) ?? "";
    const results = toolResults(messages);
    if (results.length > 0) return toolReply(message, results);
    const images = lastUserImages(messages);
    if (images.length > 0) return plainReply(pictureAnswer(images));
    return talkReply(message, texts.slice(0, -1)) ?? this.searched(message, texts.slice(0, -1), signal);
  }

  private async searched(message: string, earlier: readonly string[], signal: AbortSignal): Promise<Reply> {
    try {
      const replies: Reply[] = [];
      for (const question of questionsIn(message)) replies.push(await this.search(question, earlier, signal));
      return joinedReply(replies.filter(({ found }) => found)) ?? replies[0] ?? plainReply(NOTHING_FOUND, false);
    } catch (error) {
      throw error instanceof AbortedError ? error : modelUnavailable(error);
    }
  }

  private async search(question: string, earlier: readonly string[], signal: AbortSignal): Promise<Reply> {
    const followUp = await this.followUp(question, earlier, signal);
    if (followUp !== undefined && hasLittleToSearch(question)) return followUp;
    const found = await this.library.search(question, signal);
    const known = isAboutOneself(question) ? { score: -1, quotes: [] } : found;
    if (known.quotes.length > 0 && !isPersonal(question)) return quotingReply(known.quotes);
    const said = await this.library.searchSentences(question, statementsIn(earlier), signal);
    const [own] = said.quotes;
    if (own !== undefined && said.score > known.score + CONVERSATION_MARGIN)
      return plainReply(earlierYouSaid(own.sentence));
    if (known.quotes.length > 0) return quotingReply(known.quotes);
    return followUp ?? plainReply(isAboutOneself(question) ? NOT_TOLD : NOTHING_FOUND, false);
  }

  /** What is found for the question together with the one before it, when it leans on that one. */
  private async followUp(
    question: string,
    earlier: readonly string[],
    signal: AbortSignal,
  ): Promise<Reply | undefined> {
    const before = earlier.at(-1);
    if (before === undefined || !isFollowUp(question) || isAboutOneself(question)) return undefined;
    if (!(await this.library.knowsWordsOf(question, signal))) return undefined;
    const { quotes } = await this.library.search(`${questionsIn(before).at(-1)} ${question}`, signal);
    return quotes.length === 0 ? undefined : quotingReply(quotes);
  }
}

/** Answers for which no search is needed. */
function talkReply(message: string, earlier: readonly string[]): Reply | undefined {
  const smallTalk = smallTalkAnswer(message);
  if (smallTalk !== undefined) return plainReply(smallTalk);
  const asked = earlierMessageAskedFor(message, earlier);
  if (asked !== undefined) return plainReply(asked === null ? FIRST_MESSAGE : earlierYouSaid(asked), asked !== null);
  return isRemark(message) ? plainReply(NOTED) : undefined;
}

/** Results of the tools called in the round before this one. */
function toolResults(messages: readonly ModelMessage[]): ToolMessage[] {
  const from = messages.findLastIndex(({ role }) => role !== "tool") + 1;
  return messages.slice(from).filter((message): message is ToolMessage => message.role === "tool");
}

function toolReply(message: string, results: readonly ToolMessage[]): Reply {
  const failed = results.filter(({ text }) => text.startsWith("error:"));
  const said = results.map(({ name, text }) => {
    if (text.startsWith("error:")) return toolFailed(name, text.slice("error:".length).trim());
    return TOOL_ROUTES.find(({ tool }) => tool === name)?.reply(message, text) ?? text;
  });
  return plainReply(said.join("\n\n"), failed.length < results.length);
}

function lastUserImages(messages: readonly ModelMessage[]): ModelImage[] {
  const last = messages.at(-1);
  return last?.role === "user" ? (last.images ?? []) : [];
}

function modelUnavailable(cause: unknown): AppError {
  const message = "the language model did not answer; retry";
  return new AppError("upstream_failed", "model_unavailable", message, { cause, retryAfterSeconds: 5 });
}

/** True for "How does it work?", which shares its one telling word with anything. */
function hasLittleToSearch(question: string): boolean {
  return new Set(termsOf(question)).size <= 1;
}

function usageOf(request: ModelRequest, answer: string): ModelTokenUsage {
  const prompt = [request.system, ...request.messages.map(({ text }) => text)];
  const promptTokens = prompt.reduce((sum, text) => sum + estimateModelTokens(text), 0);
  const completionTokens = estimateModelTokens(answer);
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError();
}
