import type { OpenAI } from "openai";
import type { ModelMessage, ModelRequest, ToolDeclaration } from "../../core/chat/ports.ts";
import type { Habits } from "./habits.ts";

type Body = OpenAI.Chat.ChatCompletionCreateParams;
type Message = OpenAI.Chat.ChatCompletionMessageParam;

/** The body of one call, in the words that `habits` says this model understands. */
export function chatRequest(model: string, request: ModelRequest, habits: Habits): Body {
  const { responseFormat, instruction } = jsonForm(request.output, habits);
  const system = [request.system, instruction].filter((text) => text !== undefined && text !== "").join("\n\n");
  const sends = (name: Habits["refused"][number], value: unknown): boolean =>
    value !== undefined && !habits.refused.includes(name);
  const [limitField] = habits.limitFields;
  return {
    model,
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      ...alternating(request.messages).map(wireMessage),
    ],
    stream: request.streamed,
    ...(request.streamed && sends("stream_options", true) && { stream_options: { include_usage: true } }),
    ...(limitField && { [limitField]: Math.min(request.maxTokens, habits.answerTokens) }),
    ...(sends("temperature", request.temperature) && { temperature: request.temperature ?? null }),
    ...(sends("top_p", request.topP) && { top_p: request.topP ?? null }),
    ...(responseFormat && { response_format: responseFormat }),
    // An empty list is refused.
    ...(request.tools.length > 0 && sends("tools", request.tools) && { tools: request.tools.map(wireTool) }),
  };
}

interface JsonForm {
  responseFormat?: NonNullable<Body["response_format"]>;
  instruction?: string;
}

function jsonForm(output: ModelRequest["output"], habits: Habits): JsonForm {
  if (output.kind === "text") return {};
  const { schema } = output;
  if (schema !== undefined && habits.jsonModes.includes("json_schema")) {
    return { responseFormat: { type: "json_schema", json_schema: { name: "answer", schema, strict: false } } };
  }
  const instruction =
    schema === undefined
      ? "Answer with one JSON object or array and nothing else."
      : `Answer with one JSON value and nothing else. It must match this JSON Schema: ${JSON.stringify(schema)}`;
  const isObject = schema?.type === undefined || schema.type === "object";
  if (isObject && habits.jsonModes.includes("json_object")) {
    // OpenAI refuses this form unless the messages hold the word JSON.
    return { responseFormat: { type: "json_object" }, instruction };
  }
  return { instruction };
}

function wireTool({ name, description, parameters }: ToolDeclaration): OpenAI.Chat.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}

// Templates of some models refuse a conversation in which the user speaks twice in a row.
function alternating(messages: readonly ModelMessage[]): ModelMessage[] {
  const joined: ModelMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role !== "user" || last?.role !== "user") joined.push(message);
    else {
      const images = [...(last.images ?? []), ...(message.images ?? [])];
      joined[joined.length - 1] = { role: "user", text: `${last.text}\n\n${message.text}`, images };
    }
  }
  return joined;
}

function wireMessage(message: ModelMessage): Message {
  switch (message.role) {
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.text };
    case "assistant":
      if (!message.toolCalls?.length) return { role: "assistant", content: message.text };
      return {
        role: "assistant",
        content: message.text === "" ? null : message.text,
        tool_calls: message.toolCalls.map(({ id, name, args }) => ({
          id,
          type: "function",
          function: { name, arguments: isJson(args) ? args : "{}" },
        })),
      };
    case "user":
      if (!message.images?.length) return { role: "user", content: message.text };
      return {
        role: "user",
        content: [
          { type: "text", text: message.text },
          ...message.images.map(({ mediaType, bytes }) => ({
            type: "image_url" as const,
            image_url: { url: `data:${mediaType};base64,${base64(bytes)}` },
          })),
        ],
      };
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

// Servers that put earlier calls into a template parse their arguments and refuse the whole conversation otherwise.
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // expected: a model may write anything
  }
}
