import { z } from "zod";
import type { Answer } from "../../core/chat/answer.ts";
import { AnswerMessage } from "../../core/chat/answer-message.ts";
import { ChatInput } from "../../core/chat/chat-input.ts";
import type { ChatEvent } from "../../core/chat/events.ts";
import type { ModelTokenUsage } from "../../core/chat/ports.ts";
import { StreamAnswer } from "../../core/chat/stream-answer.ts";
import { canonicalJson } from "../../core/shared/canonical-json.ts";
import { InvalidInputError } from "../../core/shared/errors.ts";
import type { Hasher } from "../../core/shared/ports.ts";
import type { Resolver } from "../../core/shared/resolver.ts";
import type { StreamSender } from "../app.ts";
import { decodeBase64 } from "../base64.ts";
import { defineRoute, PICTURE_BODY_LIMIT, type Route, type RouteInput } from "../route.ts";
import type { Frame } from "../stream.ts";

const input = ChatInput.shape;

const ChatBody = z.object({
  message: input.message.describe("What to answer."),
  session_id: z
    .union([z.literal(""), input.sessionId.unwrap()])
    .optional()
    .describe("Keeps a conversation together. Without one the answer brings a new one."),
  image_data: z
    .string()
    .optional()
    .describe("A picture as data URI or bare base64: png, jpeg, webp or gif, at most 25 MiB."),
  stream: z
    .boolean()
    .default(false)
    .describe("Server-sent events, or one JSON object a line with `Accept: application/x-ndjson`."),
  output_mode: z.enum(["text", "structured"]).default("text"),
  output_schema: input.outputSchema.describe("JSON Schema of `reply_json`, at most 32 KiB; implies structured."),
  system: input.system.describe("Replaces the persona text, not the rules on tools and untrusted data."),
  persona: input.persona,
  profile: input.persona,
  temperature: input.temperature,
  top_p: input.topP,
  max_tokens: input.maxTokens,
  context: input.context.describe(
    "Facts of the caller's program, shown to the model as untrusted data; at most 64 KiB.",
  ),
  meta: input.meta.describe("Kept with the log line, never shown to the model; at most 16 KiB."),
  vector_store_ids: input.vectorStoreIds,
  request_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "Request id should be 1 to 128 visible ASCII characters")
    .optional()
    .describe("The same id and body again within 24 hours get the same answer, without a second run."),
});
type ChatBody = z.infer<typeof ChatBody>;

const ChatQuery = z.object({ output: z.enum(["text", "structured"]).optional() });

const ChatResponse = z.object({
  reply: z.string(),
  session_id: z.string(),
  reply_json: z.unknown(),
  used_tools: z
    .object({ count: z.int(), calls: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.int() })) })
    .nullable(),
  sources: z.array(
    z.object({ kind: z.enum(["document", "web", "fact", "token"]), title: z.string(), ref: z.string() }),
  ),
  provider: z.string(),
  model: z.string(),
  reasoning: z.string().nullable(),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }).nullable(),
  balance_after: z.null(),
  request_id: z.string().nullable(),
});

const BYTE_LIMITS = { output_schema: 32 * 1024, context: 64 * 1024, meta: 16 * 1024 } as const;

export function chatRoutes(resolver: Resolver, hasher: Hasher, stream: StreamSender): Route[] {
  const answerMessage = resolver.resolve(AnswerMessage);
  const streamAnswer = resolver.resolve(StreamAnswer);
  return [
    defineRoute({
      method: "POST",
      path: "/chat",
      auth: "key-or-pay",
      limit: "chat",
      counted: true,
      bodyLimit: PICTURE_BODY_LIMIT,
      body: ChatBody,
      query: ChatQuery,
      doc: {
        tag: "Chat",
        summary: "Send a message, get a reply",
        description:
          "Remembers the conversation of a `session_id`. With `stream: true` the answer comes in frames: `session` first, " +
          "then `content`, `reasoning`, `tool_call` and `tool_result`, at last `done` and `[DONE]`; after a failure `error`.",
        response: ChatResponse,
        produces: ["text/event-stream", "application/x-ndjson"],
        example: { message: "What is Cardano?", session_id: "my-session-1" },
        errors: [401, 404, 408, 409, 413, 422, 429, 502, 503],
      },
      async handle(request) {
        const chat = toChatInput(request, hasher);
        if (!request.body.stream) {
          const { answer, replayed } = await answerMessage.execute(request.call, chat);
          if (replayed) request.event.res.headers.set("idempotent-replay", "true");
          return toResponse(answer);
        }
        const frames = toFrames(streamAnswer.execute(request.call, chat));
        return stream(request.event, frames);
      },
    }),
  ];
}

function toChatInput(
  { body, query, rawBody }: RouteInput<ChatBody, z.infer<typeof ChatQuery>, unknown>,
  hasher: Hasher,
): ChatInput {
  checkByteLimits(body);
  const structured = [body.output_mode, query.output].includes("structured") || body.output_schema !== undefined;
  return {
    message: body.message,
    sessionId: body.session_id || undefined,
    image: body.image_data ? { field: "image_data", bytes: decodeBase64("image_data", body.image_data) } : undefined,
    output: structured ? "structured" : "text",
    outputSchema: body.output_schema,
    system: body.system,
    persona: body.persona ?? body.profile,
    temperature: body.temperature,
    topP: body.top_p,
    maxTokens: body.max_tokens,
    context: body.context,
    meta: body.meta,
    vectorStoreIds: body.vector_store_ids,
    request:
      body.request_id === undefined
        ? undefined
        : { id: body.request_id, digest: hasher.sha256(canonicalJson([rawBody, query.output ?? null])) },
  };
}

function checkByteLimits(body: ChatBody): void {
  for (const [name, limit] of Object.entries(BYTE_LIMITS) as [keyof typeof BYTE_LIMITS, number][]) {
    const value = body[name];
    if (value === undefined || Buffer.byteLength(JSON.stringify(value)) <= limit) continue;
    throw new InvalidInputError([
      { path: [name], message: `Object should take at most ${limit} bytes`, kind: "value_error" },
    ]);
  }
}

async function* toFrames(events: AsyncGenerator<ChatEvent>): AsyncGenerator<Frame> {
  for await (const event of events) yield toFrame(event);
}

function toFrame(event: ChatEvent): Frame {
  switch (event.type) {
    case "session":
      return { type: "session", session_id: event.sessionId, request_id: event.requestId };
    case "tool-call":
      return { type: "tool_call", id: event.id, name: event.name, args: event.args };
    case "tool-result":
      return { type: "tool_result", id: event.id, name: event.name, ok: event.ok };
    case "done":
      return { type: "done", ...toResponse(event.answer) };
    default:
      return { type: event.type, text: event.text };
  }
}

function toResponse(answer: Answer): z.infer<typeof ChatResponse> {
  return {
    reply: answer.reply,
    session_id: answer.sessionId,
    reply_json: answer.replyJson,
    used_tools: answer.tools.length === 0 ? null : { count: answer.tools.length, calls: answer.tools },
    sources: answer.sources,
    provider: answer.provider,
    model: answer.model,
    reasoning: answer.reasoning,
    usage: answer.usage && toUsage(answer.usage),
    balance_after: null,
    request_id: answer.requestId,
  };
}

function toUsage(usage: ModelTokenUsage): NonNullable<z.infer<typeof ChatResponse>["usage"]> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
  };
}
