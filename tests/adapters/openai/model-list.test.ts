import { describe, expect, it } from "vitest";
import type { OpenAiLanguageModelConfig } from "../../../adapters/openai/openai-language-model.ts";
import { asking, COMPATIBLE, eventsOf, openBench } from "./support.ts";

const NOT_CONFIGURED = {
  code: "unavailable",
  reason: "model_not_configured",
  message: "this server has no language model",
};

const compatible = (models: Partial<OpenAiLanguageModelConfig["models"]>): OpenAiLanguageModelConfig => ({
  provider: "openai-compatible",
  models: { default: undefined, advanced: undefined, vision: undefined, ...models },
});

describe("which model answers", () => {
  it("is the first one listed when none is named, asked for once", async () => {
    const { server, model } = await openBench();
    server.default({ models: [{ id: "first" }, { id: "second" }] }, "models");
    const one = model(compatible({}));
    await Promise.all([one.profile("default"), one.profile("vision"), eventsOf(one, asking("hi"))]);
    expect(await one.profile("advanced")).toMatchObject({ provider: "openai-compatible", model: "first" });
    expect(server.chats()[0]?.body.model).toBe("first");
    expect(server.requests.filter(({ endpoint }) => endpoint === "models")).toHaveLength(1);
  });

  it.each([
    ["fails", { status: 401 }],
    ["has no model", { models: [] }],
    ["is a web page", { raw: "<html>", contentType: "text/html" }],
  ])("is asked again after a list that %s", async (_title, script) => {
    const { server, model } = await openBench();
    server.next(script, "models");
    const one = model(compatible({}));
    await expect(one.profile("default")).rejects.toMatchObject({
      code: "upstream_failed",
      reason: "model_unavailable",
    });
    expect(await one.profile("default")).toMatchObject({ model: "stub-model" });
  });

  it("is the one named for the use, else the default one", async () => {
    const { model } = await openBench();
    const named = model(compatible({ default: "a", advanced: "b", vision: "c" }));
    const names = await Promise.all((["default", "advanced", "vision"] as const).map((use) => named.profile(use)));
    expect(names.map(({ model }) => model)).toEqual(["a", "b", "c"]);
    expect(await model(compatible({ default: "a" })).profile("advanced")).toMatchObject({ model: "a" });
  });

  it("is none for a use that is switched off", async () => {
    const { server, model } = await openBench();
    const off = model(compatible({ default: "off" }));
    await expect(off.profile("default")).rejects.toMatchObject(NOT_CONFIGURED);
    await expect(off.profile("advanced")).rejects.toMatchObject(NOT_CONFIGURED);
    await expect(eventsOf(off, asking("hi"))).rejects.toMatchObject(NOT_CONFIGURED);
    await expect(model(compatible({ default: "a", advanced: "off" })).profile("advanced")).rejects.toMatchObject(
      NOT_CONFIGURED,
    );
    expect(server.requests).toHaveLength(0);
  });

  it("sees images unless vision is switched off", async () => {
    const { model } = await openBench();
    expect(await model(COMPATIBLE).profile("vision")).toMatchObject({ seesImages: true });
    expect(await model(compatible({ default: "a", vision: "off" })).profile("vision")).toMatchObject({
      model: "a",
      seesImages: false,
    });
  });
});

describe("the window of a model", () => {
  it.each(["context_length", "max_model_len", "context_window"])("is what the list says in %s", async (field) => {
    const { server, model } = await openBench();
    server.default({ models: [{ id: "other" }, { id: "tiny", [field]: 4096 }] }, "models");
    expect(await model().profile("default")).toMatchObject({ model: "tiny", contextTokens: 4096 });
  });

  it.each([
    ["does not tell it", { models: [{ id: "tiny", max_model_len: "large" }] }],
    ["does not know the model", { models: [{ id: "other", max_model_len: 7 }] }],
    ["does not exist", { status: 404 }],
  ])("is unknown when the list %s, and the model answers all the same", async (_title, script) => {
    const { server, model } = await openBench();
    server.default(script, "models");
    expect(await model().profile("default")).toMatchObject({ model: "tiny", contextTokens: undefined });
  });

  it("is not asked of OpenAI, which does not tell it", async () => {
    const { server, model } = await openBench();
    const openAi = model({ provider: "openai", models: { default: "gpt", advanced: undefined, vision: undefined } });
    expect(await openAi.profile("default")).toEqual({
      provider: "openai",
      model: "gpt",
      seesImages: true,
      contextTokens: undefined,
      summarises: true,
    });
    expect(server.requests).toHaveLength(0);
  });
});
