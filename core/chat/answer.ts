import type { AnswerSource, ModelTokenUsage } from "./ports.ts";

export interface UsedTool {
  name: string;
  ok: boolean;
  ms: number;
}

/** A complete answer: what every surface shows, each in its own way. */
export interface Answer {
  reply: string;
  sessionId: string;
  /** The one JSON value of a structured answer, null when there is none. */
  replyJson: unknown;
  tools: UsedTool[];
  sources: AnswerSource[];
  provider: string;
  model: string;
  reasoning: string | null;
  /** Summed over all rounds; null when the provider does not count. */
  usage: ModelTokenUsage | null;
  requestId: string | null;
}
