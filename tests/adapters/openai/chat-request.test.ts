import { describe, expect, it } from "vitest";
import { chatRequest } from "../../../adapters/openai/chat-request.ts";
import { firstHabits, type Habits } from "../../../adapters/openai/habits.ts";
import { asking } from "./support.ts";

const HABITS = firstHabits("openai-compatible");
const SCHEMA = { type: "object", properties: { a: { type: "string" } } };

const bodyOf = (changes: Parameters<typeof asking>[1] = {}, habits: Partial<Habits> = {}) =>
  chatRequest("tiny", asking("hi", changes), { ...HABITS, ...habits });

describe("the body of a request", () => {
  it("is a stream that counts, with rules, question and limit, and nothing that was not asked for", () => {
    expect(bodyOf()).toEqual({
      model: "tiny",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 100,
    });
  });

  it("has no system message when there are no rules", () => {
    expect(bodyOf({ system: "" }).messages).toEqual([{ role: "user", content: "hi" }]);
  });

  it("limits the answer in OpenAI's own word for OpenAI", () => {
    const body = chatRequest("gpt", asking("hi"), firstHabits("openai"));
    expect(body).toMatchObject({ max_completion_tokens: 100 });
    expect(body).not.toHaveProperty("max_tokens");
  });

  it("passes on temperature and top_p, zero too", () => {
    expect(bodyOf({ temperature: 0, topP: 0.5 })).toMatchObject({ temperature: 0, top_p: 0.5 });
  });

  it("declares tools", () => {
    const tool = { name: "calculator", description: "Computes", parameters: { type: "object" } };
    expect(bodyOf({ tools: [tool] }).tools).toEqual([{ type: "function", function: tool }]);
  });

  it("shows images as data URIs after the text", () => {
    const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
    const image = { mediaType: "image/png", bytes, width: 1, height: 1, colours: [] };
    expect(bodyOf({ messages: [{ role: "user", text: "what is it?", images: [image] }] }).messages.at(-1)).toEqual({
      role: "user",
      content: [
        { type: "text", text: "what is it?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
      ],
    });
  });

  it("repeats calls and their results, with arguments that are at least JSON", () => {
    const toolCalls = [
      { id: "a", name: "f", args: '{"x":1}' },
      { id: "b", name: "f", args: "{x" },
    ];
    const { messages } = bodyOf({
      messages: [
        { role: "user", text: "hi" },
        { role: "assistant", text: "", toolCalls },
        { role: "tool", toolCallId: "a", name: "f", text: "1" },
        { role: "assistant", text: "one" },
      ],
    });
    expect(messages.slice(2)).toEqual([
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } },
          { id: "b", type: "function", function: { name: "f", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "a", content: "1" },
      { role: "assistant", content: "one" },
    ]);
  });
});

it("joins what the user says twice in a row", () => {
  const messages = ["one", "two"].map((text) => ({ role: "user" as const, text }));
  const body = bodyOf({ messages: [...messages, { role: "assistant", text: "yes" }, ...messages] });
  expect(body.messages.slice(1)).toEqual([
    { role: "user", content: "one\n\ntwo" },
    { role: "assistant", content: "yes" },
    { role: "user", content: "one\n\ntwo" },
  ]);
});

describe("asking for JSON", () => {
  const system = (body: ReturnType<typeof bodyOf>): unknown => body.messages[0]?.content;

  it("uses the caller's schema where the server knows the form", () => {
    const body = bodyOf({ output: { kind: "json", schema: SCHEMA } });
    expect(body.response_format).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema: SCHEMA, strict: false },
    });
    expect(system(body)).toBe("Be brief.");
  });

  it.each([
    ["without a schema", undefined, HABITS.jsonModes],
    ["where the schema form is not known", SCHEMA, ["json_object" as const]],
  ])("uses the object form %s, and says it in words as well", (_title, schema, jsonModes) => {
    const body = bodyOf({ output: { kind: "json", schema } }, { jsonModes });
    expect(body.response_format).toEqual({ type: "json_object" });
    expect(system(body)).toMatch(/^Be brief\.\n\nAnswer with one JSON /);
  });

  it.each([
    ["where no form is known", SCHEMA, []],
    ["when the value is no object, which is all the object form can give", { type: "array" }, ["json_object" as const]],
  ])("says it in words alone %s", (_title, schema, jsonModes) => {
    const body = bodyOf({ output: { kind: "json", schema } }, { jsonModes });
    expect(body.response_format).toBeUndefined();
    expect(system(body)).toContain(JSON.stringify(schema));
  });
});
