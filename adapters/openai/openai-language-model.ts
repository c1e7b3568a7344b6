import type { OpenAI } from "openai";
import type { LanguageModel, ModelEvent, ModelProfile, ModelRequest, ModelUse } from "../../core/chat/ports.ts";
import { AbortedError, AppError } from "../../core/shared/errors.ts";
import type { Logger } from "../../core/shared/ports.ts";
import { chatRequest } from "./chat-request.ts";
import { readChatStream, readWholeAnswer } from "./chat-stream.ts";
import { modelFailure } from "./errors.ts";
import { firstHabits, type Habits, learn } from "./habits.ts";
import { ModelList } from "./model-list.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { untilAborted } from "./until-aborted.ts";

/** A model's name, `off`, or undefined: `advanced` and `vision` are then the default one. */
type ModelChoice = string | undefined;

export type OpenAiLanguageModelConfig =
  | { provider: "openai"; models: { default: string; advanced: ModelChoice; vision: ModelChoice } }
  /** Without a default it is the first model that the server lists. */
  | { provider: "openai-compatible"; models: { default: ModelChoice; advanced: ModelChoice; vision: ModelChoice } };

export interface OpenAiLanguageModelDeps {
  client: OpenAI;
  config: OpenAiLanguageModelConfig;
  logger: Logger;
  /** Longest silence of the model in milliseconds. */
  idleLimitMs?: number;
}

/** More refusals of one request than there are parameters to change: the server does not mean what it says. */
const MAX_TRIES = 9;

export class OpenAiLanguageModel implements LanguageModel {
  private readonly client: OpenAI;
  private readonly config: OpenAiLanguageModelConfig;
  private readonly logger: Logger;
  private readonly idleLimitMs: number;
  private readonly list: ModelList;
  private readonly habits = new Map<string, Habits>();

  constructor(deps: OpenAiLanguageModelDeps) {
    this.client = deps.client;
    this.config = deps.config;
    this.logger = deps.logger;
    this.idleLimitMs = deps.idleLimitMs ?? 60_000;
    this.list = new ModelList(deps.client);
  }

  async profile(use: ModelUse): Promise<ModelProfile> {
    const { provider, models } = this.config;
    const model = this.configuredName(use) ?? (await this.list.firstName());
    return {
      provider,
      model,
      seesImages: models.vision !== "off",
      // OpenAI's own list does not tell.
      contextTokens: provider === "openai" ? undefined : await this.list.contextTokens(model),
      summarises: true,
    };
  }

  async *answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    if (request.streamed) yield* this.streamed(request, signal);
    else yield* await this.whole(request, signal);
  }

  /** Silence cannot be told from slowness here: the client's own limit on a call ends it. */
  private async whole(request: ModelRequest, signal: AbortSignal): Promise<ModelEvent[]> {
    try {
      const model = this.configuredName(request.use) ?? (await untilAborted(this.list.firstName(), signal));
      return [...readWholeAnswer(await this.open(model, request, signal), model)];
    } catch (error) {
      throw signal.aborted ? new AbortedError() : modelFailure(error);
    }
  }

  private async *streamed(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const watch = new SilenceWatch(signal, this.idleLimitMs);
    try {
      const model = this.configuredName(request.use) ?? (await untilAborted(this.list.firstName(), signal));
      watch.listen();
      const chunks = await this.open(model, request, watch.signal);
      yield* readChatStream(chunks as AsyncIterable<unknown>, model, watch);
    } catch (error) {
      throw watch.explain(error);
    } finally {
      watch.stop();
    }
  }

  /** Undefined: the first model that the server lists. */
  private configuredName(use: ModelUse): string | undefined {
    const { models } = this.config;
    const own = use === "default" ? undefined : models[use];
    // Without eyes a turn with an image is refused before it comes here; the name is still asked for.
    const choice = own === undefined || (use === "vision" && own === "off") ? models.default : own;
    if (choice === "off") {
      throw new AppError("unavailable", "model_not_configured", "this server has no language model");
    }
    return choice;
  }

  /** Sends the request; where the server refuses a parameter, again without it, now and from then on. */
  private async open(model: string, request: ModelRequest, signal: AbortSignal): Promise<unknown> {
    let habits = this.habitsOf(model);
    for (let tries = 1; ; tries++) {
      const body = chatRequest(model, request, habits);
      try {
        return await untilAborted(this.client.chat.completions.create(body, { signal }), signal);
      } catch (error) {
        const lesson = tries < MAX_TRIES ? learn(error, { ...body }) : undefined;
        if (lesson === undefined) throw error;
        habits = lesson.applyTo(habits);
        if (lesson.lasting) this.habits.set(model, lesson.applyTo(this.habitsOf(model)));
        this.logger.info("the model's server refused a parameter", { model, parameter: lesson.parameter });
      }
    }
  }

  private habitsOf(model: string): Habits {
    return this.habits.get(model) ?? firstHabits(this.config.provider);
  }
}
