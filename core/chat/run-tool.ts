import type { Call } from "../shared/call.ts";
import { ABORTED, AppError } from "../shared/errors.ts";
import type { Clock, Logger } from "../shared/ports.ts";
import type { UsedTool } from "./answer.ts";
import type { AnswerSource, ModelToolCall } from "./ports.ts";
import type { Tool } from "./tool.ts";

/** Longest time a tool may take (http-api.md 6.6). */
const TOOL_MS = 20_000;

export interface ToolRun {
  call: ModelToolCall;
  used: UsedTool;
  /** What the model is told, be it a result or what went wrong. */
  text: string;
  sources: AnswerSource[];
}

/** Runs one call of the model. A tool that fails or takes too long is told to the model, and the answer goes on. */
export async function runTool(
  deps: { clock: Clock; logger: Logger },
  call: Call,
  toolCall: ModelToolCall,
  tools: readonly Tool[],
): Promise<ToolRun> {
  const started = deps.clock.now().getTime();
  const finish = (ok: boolean, text: string, sources: AnswerSource[] = []): ToolRun => {
    const used = { name: toolCall.name, ok, ms: deps.clock.now().getTime() - started };
    return { call: toolCall, used, text, sources };
  };
  const tool = tools.find((candidate) => candidate.declaration.name === toolCall.name);
  if (tool === undefined) return finish(false, `error: there is no tool ${toolCall.name}`);
  const args = parsed(toolCall.args || "{}");
  if (args === undefined) return finish(false, "error: the arguments are not JSON");
  const done = new AbortController();
  const signal = AbortSignal.any([call.signal, done.signal]);
  const timeout = deps.clock.sleep(TOOL_MS, signal).then(() => {
    throw new AppError("timeout", "tool_timeout", "the tool took too long");
  });
  timeout.catch(() => {}); // expected: the tool was faster
  try {
    const result = await Promise.race([tool.run({ ...call, signal }, args), timeout]);
    return finish(true, result.text, result.sources);
  } catch (error) {
    // Boundary: a tool's failure is an answer to the model, unless nobody waits for one.
    call.signal.throwIfAborted();
    if (error instanceof AppError) return finish(false, `error: ${error.message}`);
    deps.logger.error("tool failed", { tool: toolCall.name, requestId: call.requestId, error });
    return finish(false, "error: the tool failed");
  } finally {
    done.abort(ABORTED);
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // expected: a model may write anything
  }
}
