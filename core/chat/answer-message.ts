import type { Call } from "../shared/call.ts";
import type { Answer } from "./answer.ts";
import type { ChatInput } from "./chat-input.ts";
import { modelUnavailable } from "./run-rounds.ts";
import type { StreamAnswer } from "./stream-answer.ts";

/** Answers a message in one piece; the same work as a stream, waited for. `replayed` marks a kept answer. */
export class AnswerMessage {
  private readonly streamAnswer: StreamAnswer;

  constructor(deps: { streamAnswer: StreamAnswer }) {
    this.streamAnswer = deps.streamAnswer;
  }

  async execute(call: Call, input: ChatInput): Promise<{ answer: Answer; replayed: boolean }> {
    for await (const event of this.streamAnswer.execute(call, input, "whole")) {
      if (event.type === "done") return { answer: event.answer, replayed: event.replayed };
    }
    throw modelUnavailable();
  }
}
