/** What the stand-in for the OpenAI API is told to do with one request. */
export type Script = AnswerScript | FailureScript | RawScript | HangScript | ModelsScript | EmbeddingsScript;

/** An answer, streamed or whole as the request asks; every part may be left out. */
export interface AnswerScript {
  text?: string;
  /** Deltas the text is cut into; 1 unless given. */
  chunks?: number;
  /** Pause before each delta. */
  delayMs?: number;
  reasoning?: string;
  /** Where servers put it. */
  reasoningField?: "reasoning_content" | "reasoning";
  /** Each call comes in several deltas, as OpenAI sends it. */
  toolCalls?: { id?: string; name: string; args: string }[];
  refusal?: string;
  /** Further deltas as they are, after the text. */
  deltas?: object[];
  /** null: the stream stops without saying why. */
  finish?: string | null;
  /** null: not counted. A streamed answer has it only if the request asks for it. */
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens?: number } | null;
  model?: string;
  /** After the deltas (and `finish`, if it is given): the socket is destroyed, or nothing comes any more. */
  after?: "cut" | "hang";
}

export interface FailureScript {
  status: number;
  message?: string;
  param?: string;
  code?: string;
  type?: string;
  /** Seconds, or a date. Without it the client is told to try again at once, which spares tests its pauses. */
  retryAfter?: number | string;
  /** The message stands in the body itself, without `error` around it, as older vLLM writes it. */
  bare?: boolean;
}

export interface RawScript {
  raw: string;
  contentType?: string;
  status?: number;
}

/** The request is read and never answered. */
export interface HangScript {
  hang: true;
}

export interface ModelsScript {
  models: object[];
}

/** `data` of the reply, as it is. */
export interface EmbeddingsScript {
  data: unknown[];
}

export interface ChatBody {
  model: string;
  messages: {
    role: string;
    content?: string | null | { type: string; text?: string; image_url?: { url: string } }[];
  }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  top_p?: number;
  tools?: { function: { name: string } }[];
  response_format?: { type: string };
}

/** Parameters, and forms of `response_format`, that real servers refuse. */
export type Refusable =
  | "max_tokens"
  | "max_completion_tokens"
  | "temperature"
  | "top_p"
  | "stream_options"
  | "tools"
  | "response_format"
  | "json_schema"
  | "json_object";

/** What a server that does not know one of `refused` says to `body`; undefined when all is well. */
export function refusal(body: ChatBody, refused: ReadonlySet<Refusable>): FailureScript | undefined {
  for (const name of refused) {
    if (name === "json_schema" || name === "json_object") {
      if (body.response_format?.type !== name) continue;
      return badRequest(
        `'response_format.type' of '${name}' is not supported with this model.`,
        "response_format.type",
      );
    }
    if (body[name] === undefined) continue;
    if (name === "temperature" || name === "top_p") {
      return badRequest(
        `Unsupported value: '${name}' does not support ${body[name]} with this model. Only the default (1) value is supported.`,
        name,
        "unsupported_value",
      );
    }
    const other = { max_tokens: "max_completion_tokens", max_completion_tokens: "max_tokens" }[name as string];
    const advice = other === undefined ? "" : ` Use '${other}' instead.`;
    return badRequest(`Unsupported parameter: '${name}' is not supported with this model.${advice}`, name);
  }
  return fault(body);
}

/** Mistakes of ours that the real API does not forgive. */
function fault(body: ChatBody): FailureScript | undefined {
  if (body.tools?.length === 0) return badRequest("[] is too short - 'tools'", "tools", "empty_array");
  if (body.stream !== true && body.stream_options) {
    return badRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  }
  if (body.response_format?.type === "json_object" && !/json/i.test(JSON.stringify(body.messages))) {
    return badRequest(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      "messages",
      "invalid_value",
    );
  }
  return undefined;
}

function badRequest(message: string, param: string, code = "unsupported_parameter"): FailureScript {
  return { status: 400, message, param, code, type: "invalid_request_error" };
}

/** The text of the newest user message. */
export function lastUserText(body: ChatBody): string {
  const content = body.messages.findLast((message) => message.role === "user")?.content;
  if (typeof content === "string") return content;
  return content?.find((part) => part.type === "text")?.text ?? "";
}

/** The frames of a streamed answer, each a piece of the event stream. */
export function framesOf(script: AnswerScript, body: ChatBody): string[] {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: script.model ?? body.model };
  const frame = (rest: object): string => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  const delta = (one: object): string => frame({ choices: [{ index: 0, delta: one, finish_reason: null }] });
  const frames = deltasOf(script).map(delta);
  if (script.finish !== null && (script.after === undefined || script.finish !== undefined)) {
    frames.push(frame({ choices: [{ index: 0, delta: {}, finish_reason: finishOf(script) }] }));
  }
  if (script.after !== undefined) return frames;
  const usage = usageOf(script, body);
  if (usage !== null && body.stream_options?.include_usage) frames.push(frame({ choices: [], usage }));
  if (script.finish !== null) frames.push("data: [DONE]\n\n");
  return frames;
}

/** The body of an answer that is not streamed. */
export function completionOf(script: AnswerScript, body: ChatBody): string {
  const toolCalls = script.toolCalls?.map(({ id = "call_1", name, args }) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  }));
  const message = {
    role: "assistant",
    content: script.text ?? null,
    refusal: script.refusal ?? null,
    ...(script.reasoning && { [script.reasoningField ?? "reasoning_content"]: script.reasoning }),
    ...(toolCalls && { tool_calls: toolCalls }),
  };
  return JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: script.model ?? body.model,
    choices: [{ index: 0, message, finish_reason: finishOf(script) }],
    usage: usageOf(script, body),
  });
}

function deltasOf(script: AnswerScript): object[] {
  const deltas: object[] = [{ role: "assistant", content: "" }];
  if (script.reasoning) deltas.push({ [script.reasoningField ?? "reasoning_content"]: script.reasoning });
  for (const text of cut(script.text ?? "", script.chunks ?? 1)) deltas.push({ content: text });
  for (const [index, call] of (script.toolCalls ?? []).entries()) {
    const id = call.id ?? `call_${index + 1}`;
    deltas.push({ tool_calls: [{ index, id, type: "function", function: { name: call.name, arguments: "" } }] });
    for (const piece of cut(call.args, 2)) deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  if (script.refusal) deltas.push({ refusal: script.refusal });
  deltas.push(...(script.deltas ?? []));
  return deltas;
}

function cut(text: string, pieces: number): string[] {
  if (text === "") return [];
  const size = Math.ceil(text.length / pieces);
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
}

function finishOf(script: AnswerScript): string {
  return script.finish ?? (script.toolCalls?.length ? "tool_calls" : "stop");
}

function usageOf(script: AnswerScript, body: ChatBody): object | null {
  if (script.usage !== undefined) return script.usage;
  const prompt = body.messages.reduce(
    (sum, { content }) => sum + (typeof content === "string" ? content.length : 0),
    0,
  );
  const [prompt_tokens, completion_tokens] = [Math.ceil(prompt / 4), Math.ceil((script.text ?? "").length / 4)];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
