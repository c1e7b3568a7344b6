import { beforeEach, describe, expect, it } from "vitest";
import { JsonSchemaChecker } from "../../../adapters/json-schema/json-schemas.ts";
import type { ModelRequest } from "../../../core/chat/ports.ts";
import { modelUnavailable } from "../../../core/chat/run-rounds.ts";
import { type Structured, structureAnswer } from "../../../core/chat/structure-answer.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { calls, ends, ScriptedLanguageModel, says } from "../../fakes/scripted-language-model.ts";
import { aCall, aTool } from "../../support/chat.ts";

const SCHEMA = { type: "object", required: ["n"], properties: { n: { type: "integer" } } };
const TOOL = aTool("look", async () => ({ text: "" })).declaration;
const REQUEST: ModelRequest = {
  ...{ use: "default", system: "Be kind.", messages: [{ role: "user", text: "Return JSON" }], tools: [TOOL] },
  ...{ output: { kind: "json", schema: SCHEMA }, streamed: true, maxTokens: 100 },
};
const USAGE = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };

let model: ScriptedLanguageModel;
beforeEach(() => {
  model = new ScriptedLanguageModel(new FakeClock());
});

const structure = (text: string, schema?: Record<string, unknown>): Promise<Structured> =>
  structureAnswer({ model, jsonSchemas: new JsonSchemaChecker() }, aCall(), REQUEST, text, schema);
const asItIs = (json: unknown): Structured => ({ json, repairedText: undefined, usage: undefined });

describe("an answer without a schema", () => {
  it.each([
    ["JSON alone", '{"n":5}', { n: 5 }],
    ["JSON in a fence and prose", "Sure:\n```json\n[1,2]\n```\nDone.", [1, 2]],
    ["prose", "I cannot.", null],
    ["a bare number", "42", null],
  ])("that is %s is taken as it is, and the model is not asked again", async (_name, text, json) => {
    expect(await structure(text)).toEqual(asItIs(json));
    expect(model.requests).toEqual([]);
  });
});

describe("an answer with a schema", () => {
  it("that fits is taken as it is", async () => {
    expect(await structure('Here: {"n":5}', SCHEMA)).toEqual(asItIs({ n: 5 }));
    expect(model.requests).toEqual([]);
  });

  it("that does not fit is asked for again: told what is wrong, in one piece, without tools", async () => {
    model.next(says('{"n":'), says("5}"), ends("stop", USAGE));
    expect(await structure('{"n":"five"}', SCHEMA)).toEqual({ json: { n: 5 }, repairedText: '{"n":5}', usage: USAGE });
    const [repair] = model.requests;
    expect(repair).toMatchObject({ tools: [], streamed: false, output: REQUEST.output, system: "Be kind." });
    expect(repair?.messages.slice(0, 2)).toEqual([...REQUEST.messages, { role: "assistant", text: '{"n":"five"}' }]);
    expect(repair?.messages.at(-1)?.text).toMatch(/^That does not fit the JSON Schema: .*\bn\b.*Answer again/);
  });

  it("that is no JSON is asked for again", async () => {
    model.next(says('{"n":1}'));
    expect(await structure("I cannot.", SCHEMA)).toMatchObject({ json: { n: 1 } });
    expect(model.requests[0]?.messages.at(-1)?.text).toContain("no JSON value found");
  });

  it.each([
    ["does not fit either", says('{"n":"six"}')],
    ["is no JSON", says("Sorry.")],
    ["calls a tool instead", calls("look", "{}")],
  ])("that %s the second time has no JSON, but was paid for", async (_name, second) => {
    model.next(second, ends("stop", USAGE));
    expect(await structure('{"n":"five"}', SCHEMA)).toEqual({ json: null, repairedText: undefined, usage: USAGE });
    expect(model.requests).toHaveLength(1);
  });

  it("keeps the first text when the model fails while it is asked again", async () => {
    model.next(modelUnavailable());
    expect(await structure("{}", SCHEMA)).toEqual({ json: null, repairedText: undefined, usage: undefined });
  });
});
