import type { Answer } from "./answer.ts";

/** What a model is asked to do; chooses the model's name where a provider has several. */
export type ModelUse = "default" | "advanced" | "vision";

export interface ModelImage {
  mediaType: string;
  bytes: Uint8Array;
  width: number;
  height: number;
  colours: string[];
}

export type ModelMessage =
  | { role: "user"; text: string; images?: ModelImage[] }
  | { role: "assistant"; text: string; toolCalls?: ModelToolCall[] }
  | { role: "tool"; toolCallId: string; name: string; text: string };

/** `args` is the JSON text as the model wrote it: it may be anything, even no JSON. */
export interface ModelToolCall {
  id: string;
  name: string;
  args: string;
}

export interface ToolDeclaration {
  name: string;
  description: string;
  /** JSON Schema of the arguments object. */
  parameters: Record<string, unknown>;
}

export interface ModelRequest {
  use: ModelUse;
  /** Rules and persona: the only text that may instruct the model. */
  system: string;
  messages: ModelMessage[];
  tools: ToolDeclaration[];
  /** `json` asks for one JSON value; the provider uses its own form for it where it has one. */
  output: { kind: "text" } | { kind: "json"; schema: Record<string, unknown> | undefined };
  /** Words are wanted as they come; otherwise the whole answer may arrive in one piece, which costs less. */
  streamed: boolean;
  maxTokens: number;
  temperature?: number | undefined;
  topP?: number | undefined;
}

/** Model tokens, not crypto tokens. */
export interface ModelTokenUsage {
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
}

/** Quotable origin of an answer, found by the model itself (the embedded answerer) or by a tool. */
export interface AnswerSource {
  kind: "document" | "web" | "fact" | "token";
  title: string;
  ref: string;
}

export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool-call"; call: ModelToolCall }
  | { type: "source"; source: AnswerSource }
  /** Always last, exactly once, unless the stream throws. `model` is the name the provider gave. */
  | {
      type: "end";
      reason: "stop" | "length" | "tool-calls" | "refused";
      model: string;
      usage: ModelTokenUsage | undefined;
    };

export interface ModelProfile {
  /** Who answers: `openai`, `openai-compatible`, `embedded`. */
  provider: string;
  model: string;
  seesImages: boolean;
  /** Prompt and answer together; undefined when unknown. */
  contextTokens: number | undefined;
  /** False for a part that cannot write a summary of a conversation. */
  summarises: boolean;
}

/** A model that answers. */
export interface LanguageModel {
  /** Throws AppError unavailable `model_not_configured` when nothing serves this use. */
  profile(use: ModelUse): Promise<ModelProfile>;
  /**
   * One round. Throws AppError upstream_failed `model_unavailable` for every failure of the provider (its own
   * 4xx are our trouble too), AppError timeout after 60 s without a word, AbortedError when `signal` ended it.
   * A stream cut before its end throws: a half answer is never taken for a whole one.
   */
  answer(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface Turn {
  seq: number;
  userText: string;
  replyText: string;
  /** Estimate of both texts together. */
  modelTokens: number;
}

/** A conversation held by one claimer: nobody else may add a turn until it is saved, released or run out. */
export interface ClaimedConversation {
  summary: string | undefined;
  /** `seq` of the newest stored turn, 0 when there is none. */
  lastSeq: number;
  /** `seq` of the newest turn that the summary covers. */
  summarySeq: number;
  /** Newest turns that fit the budget, oldest first. */
  turns: Turn[];
  /** True when turns newer than the summary did not fit. */
  overflows: boolean;
}

export interface ConversationKey {
  owner: string;
  sessionId: string;
}

export interface Conversations {
  /** Undefined while another holder has it. `budget` in model tokens. Time is the database's. */
  claim(key: ConversationKey, holder: string, ttlMs: number, budget: number): Promise<ClaimedConversation | undefined>;
  /** False when the claim was lost. */
  renew(key: ConversationKey, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives the claim back without a turn. */
  release(key: ConversationKey, holder: string): Promise<void>;
  /**
   * Writes the turn, keeps the answer for `requestId` if there is one, and gives the claim back: all or nothing.
   * Throws AppError conflict `session_busy` when another turn came in between.
   */
  saveTurn(
    key: ConversationKey,
    holder: string,
    turn: Turn & { at: Date },
    request: { requestId: string; answer: Answer } | undefined,
  ): Promise<void>;
  /** Turns after `afterSeq`, oldest first, at most `limit`. */
  listTurns(key: ConversationKey, afterSeq: number, limit: number): Promise<Turn[]>;
  /** Replaces the summary if it still covers `fromSeq`; otherwise without effect. */
  saveSummary(key: ConversationKey, summary: string, fromSeq: number, toSeq: number): Promise<void>;
  /** Erases conversations not used since `before`; returns how many. */
  deleteUnusedSince(before: Date): Promise<number>;
}

export type ChatRequestClaim =
  | { state: "fresh" }
  | { state: "running" }
  | { state: "other-body" }
  | { state: "answered"; answer: Answer };

/** Answers kept by (owner, request id), so that a repeated request is answered once. */
export interface ChatRequests {
  /** `digest` of the whole body. A running claim that is not renewed runs out after `ttlMs`. */
  claim(owner: string, requestId: string, digest: string, holder: string, ttlMs: number): Promise<ChatRequestClaim>;
  renew(owner: string, requestId: string, holder: string, ttlMs: number): Promise<void>;
  /** Forgets a running claim: errors are not kept. */
  release(owner: string, requestId: string, holder: string): Promise<void>;
  /** Erases answers older than 24 h; returns how many. */
  deleteExpired(): Promise<number>;
}
