import type { Call } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { JsonSchemas } from "../shared/ports.ts";
import { extractJson } from "./extract-json.ts";
import type { LanguageModel, ModelRequest, ModelTokenUsage } from "./ports.ts";

export interface Structured {
  /** Null when the answer holds no JSON, or none that fits the schema. */
  json: unknown;
  /** The text that was made to fit, when the first one did not. */
  repairedText: string | undefined;
  usage: ModelTokenUsage | undefined;
}

/**
 * The JSON value of a structured answer. With a schema it must fit; if it does not, the model is told what is wrong
 * and asked once more; if that call fails, the first text is the answer. Without a schema prose is an answer too, with no JSON in it.
 */
export async function structureAnswer(
  deps: { model: LanguageModel; jsonSchemas: JsonSchemas },
  call: Call,
  request: ModelRequest,
  text: string,
  schema: Record<string, unknown> | undefined,
): Promise<Structured> {
  const json = extractJson(text);
  if (schema === undefined) return { json: json ?? null, repairedText: undefined, usage: undefined };
  const problems = json === undefined ? ["no JSON value found"] : deps.jsonSchemas.problems(schema, json);
  if (problems.length === 0) return { json, repairedText: undefined, usage: undefined };
  const repair: ModelRequest = {
    ...request,
    tools: [],
    streamed: false,
    messages: [
      ...request.messages,
      { role: "assistant", text },
      {
        role: "user",
        text: `That does not fit the JSON Schema: ${problems.join("; ")}. Answer again with the corrected JSON value only.`,
      },
    ],
  };
  const second = await collect(deps.model, call, repair).catch((error: unknown) => {
    call.signal.throwIfAborted();
    if (error instanceof AppError && error.code === "upstream_failed") return { text: "", usage: undefined };
    throw error;
  });
  const mended = extractJson(second.text);
  const fits = mended !== undefined && deps.jsonSchemas.problems(schema, mended).length === 0;
  return { json: fits ? mended : null, repairedText: fits ? second.text : undefined, usage: second.usage };
}

async function collect(
  model: LanguageModel,
  call: Call,
  request: ModelRequest,
): Promise<{ text: string; usage: ModelTokenUsage | undefined }> {
  let text = "";
  let usage: ModelTokenUsage | undefined;
  for await (const event of model.answer(request, call.signal)) {
    if (event.type === "text") text += event.text;
    if (event.type === "end") usage = event.usage;
  }
  return { text, usage };
}
