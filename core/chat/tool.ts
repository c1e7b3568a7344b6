import type { Call } from "../shared/call.ts";
import type { AnswerSource, ToolDeclaration } from "./ports.ts";

export interface ToolResult {
  /** What the model reads: data, never an instruction. */
  text: string;
  sources?: AnswerSource[];
}

/**
 * Something the model may call while it answers. Other features hand theirs in through the container's list;
 * chat knows none of them by name.
 */
export interface Tool {
  declaration: ToolDeclaration;
  /** Some tools are for callers who own something. */
  offeredTo(call: Call): boolean;
  /** `args` is whatever the model wrote: check it. A thrown AppError's message is told to the model. */
  run(call: Call, args: unknown): Promise<ToolResult>;
}
