import { describe, expect, it } from "vitest";
import type { OpenAiLanguageModelConfig } from "../../../adapters/openai/openai-language-model.ts";
import type { ModelRequest } from "../../../core/chat/ports.ts";
import type { Refusable } from "../../support/openai-script.ts";
import { asking, COMPATIBLE, eventsOf, openBench, textOf } from "./support.ts";

const OPENAI: OpenAiLanguageModelConfig = {
  provider: "openai",
  models: { default: "gpt", advanced: "gpt-large", vision: undefined },
};
const TOOL = { name: "calculator", description: "Computes", parameters: { type: "object" } };
const SCHEMA = { type: "object", properties: { a: { type: "string" } } };
const EVERYTHING: Partial<ModelRequest> = {
  temperature: 0.7,
  topP: 0.9,
  tools: [TOOL],
  output: { kind: "json", schema: SCHEMA },
};

describe("a parameter the server refuses", () => {
  it.each<[Refusable, string]>([
    ["temperature", "temperature"],
    ["top_p", "top_p"],
    ["stream_options", "stream_options"],
    ["tools", "tools"],
    ["json_schema", "json_schema"],
  ])("is left out at once and from then on: %s", async (refused, parameter) => {
    const { server, model, log } = await openBench();
    server.refuse(refused);
    const one = model();
    expect(textOf(await eventsOf(one, asking("hi", EVERYTHING)))).toBe("echo: hi");
    expect(server.chats()).toHaveLength(2);
    expect(textOf(await eventsOf(one, asking("again", EVERYTHING)))).toBe("echo: again");
    expect(server.chats()).toHaveLength(3);
    expect(log).toEqual([JSON.stringify(["the model's server refused a parameter", { model: "tiny", parameter }])]);
  });

  it.each<[OpenAiLanguageModelConfig, Refusable, string]>([
    [COMPATIBLE, "max_tokens", "max_completion_tokens"],
    [OPENAI, "max_completion_tokens", "max_tokens"],
  ])("is sent by its other name where it has one (%#)", async (config, refused, other) => {
    const { server, model } = await openBench();
    server.refuse(refused);
    const one = model(config);
    await eventsOf(one, asking("hi"));
    await eventsOf(one, asking("hi"));
    expect(server.chats().map(({ body }) => [body[refused], body[other]])).toEqual([
      [100, undefined],
      [undefined, 100],
      [undefined, 100],
    ]);
  });

  it("may be every one of them", async () => {
    const { server, model } = await openBench();
    server.refuse("max_tokens", "max_completion_tokens", "temperature", "top_p", "stream_options", "tools");
    server.refuse("response_format");
    const one = model();
    expect(textOf(await eventsOf(one, asking("hi", EVERYTHING)))).toBe("echo: hi");
    await eventsOf(one, asking("hi", EVERYTHING));
    expect(Object.keys(server.chats().at(-1)?.body).sort()).toEqual(["messages", "model", "stream"]);
  });

  it("is learned for each model alone", async () => {
    const { server, model } = await openBench();
    server.refuse("temperature");
    const one = model(OPENAI);
    await eventsOf(one, asking("hi", { temperature: 1 }));
    await eventsOf(one, asking("hi", { temperature: 1, use: "advanced" }));
    expect(server.chats().map(({ body }) => [body.model, body.temperature])).toEqual([
      ["gpt", 1],
      ["gpt", undefined],
      ["gpt-large", 1],
      ["gpt-large", undefined],
    ]);
  });

  it("is learned by requests side by side without forgetting what another learned", async () => {
    const { server, model } = await openBench();
    server.refuse("temperature", "top_p", "stream_options");
    const one = model();
    await Promise.all(
      [{ temperature: 1 }, { topP: 1 }, { temperature: 1, topP: 1 }].map((changes) =>
        eventsOf(one, asking("hi", changes)),
      ),
    );
    const before = server.chats().length;
    await eventsOf(one, asking("hi", { temperature: 1, topP: 1 }));
    expect(server.chats()).toHaveLength(before + 1);
  });

  it.each([
    [
      "older vLLM",
      { status: 400, bare: true, message: "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options')}]" },
    ],
    ["Mistral", { status: 422, raw: '{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"]}]}' }],
    ["a plain text", { status: 400, raw: "unknown field: stream_options", contentType: "text/plain" }],
  ])("is found in the words of %s", async (_title, script) => {
    const { server, model } = await openBench();
    server.next(script);
    expect(textOf(await eventsOf(model(), asking("hi")))).toBe("echo: hi");
    expect(server.chats().at(-1)?.body).not.toHaveProperty("stream_options");
  });

  it("is tools when the server says that it cannot choose them", async () => {
    const { server, model } = await openBench();
    server.next({ status: 400, message: '"auto" tool choice requires --enable-auto-tool-choice to be set' });
    await eventsOf(model(), asking("hi", { tools: [TOOL] }));
    expect(server.chats().at(-1)?.body).not.toHaveProperty("tools");
  });

  it("ends the tries of a server that refuses whatever it gets", async () => {
    const { server, model } = await openBench();
    server.default({
      status: 400,
      message: "unsupported parameter: temperature top_p max_tokens",
      param: "temperature",
    });
    await expect(eventsOf(model(), asking("hi", { temperature: 1 }))).rejects.toMatchObject({
      reason: "model_unavailable",
    });
    expect(server.chats().length).toBeLessThanOrEqual(9);
  });
});

describe("a value the server refuses", () => {
  it("is left out of this request only", async () => {
    const { server, model } = await openBench();
    const one = model();
    server.next({ status: 400, message: "temperature must be between 0 and 1", param: "temperature" });
    await eventsOf(one, asking("hi", { temperature: 2 }));
    await eventsOf(one, asking("hi", { temperature: 1 }));
    expect(server.chats().map(({ body }) => body.temperature)).toEqual([2, undefined, 1]);
  });

  it("is a schema that it cannot use: this request does without the form, the next one has it again", async () => {
    const { server, model } = await openBench();
    const one = model();
    const message = "Invalid schema for response_format 'answer': 'uri' is not supported.";
    server.next({ status: 400, message, param: "response_format", code: "invalid_json_schema" });
    await eventsOf(one, asking("hi", EVERYTHING));
    await eventsOf(one, asking("hi", EVERYTHING));
    const forms = server.chats().map(({ body }) => body.response_format.type);
    expect(forms).toEqual(["json_schema", "json_object", "json_schema"]);
  });

  it.each([
    "max_tokens is too large: 100. This model supports at most 64 completion tokens, whereas you provided 100.",
    "`max_tokens` must be less than or equal to `64`, the maximum value for `max_tokens` is less than the `context_window`",
    "Invalid max_tokens value, the valid range of max_tokens is [1, 64]",
    "max_tokens: integer above maximum value, expected a value <= 64, but got 100 instead.",
  ])("is a limit that it cuts: %s", async (message) => {
    const { server, model } = await openBench();
    const one = model();
    server.next({ status: 400, message, param: "max_tokens", code: "invalid_value" });
    await eventsOf(one, asking("hi"));
    await eventsOf(one, asking("hi"));
    await eventsOf(one, asking("hi", { maxTokens: 10 }));
    expect(server.chats().map(({ body }) => body.max_tokens)).toEqual([100, 64, 64, 10]);
  });

  it("teaches nothing when the conversation is too long for the model", async () => {
    const { server, model } = await openBench();
    const message =
      "'max_tokens' or 'max_completion_tokens' is too large: 100. This model's maximum context length is 90 tokens and your request has 80 input tokens";
    server.default({ status: 400, message });
    await expect(eventsOf(model(), asking("hi"))).rejects.toMatchObject({ reason: "model_unavailable" });
    expect(server.chats()).toHaveLength(1);
  });
});
