import type { Answer } from "../../core/chat/answer.ts";

export function anAnswer(changes: Partial<Answer> = {}): Answer {
  return {
    reply: "Cardano is a blockchain.",
    sessionId: "s1",
    replyJson: null,
    tools: [],
    sources: [],
    provider: "scripted",
    model: "scripted-1",
    reasoning: null,
    usage: null,
    requestId: null,
    ...changes,
  };
}
