import { beforeEach, describe, expect, it } from "vitest";
import { JsonSchemaChecker } from "../../../adapters/json-schema/json-schemas.ts";
import type { ChatInput } from "../../../core/chat/chat-input.ts";
import { estimateModelTokens } from "../../../core/chat/model-tokens.ts";
import type { ClaimedConversation, ModelUse } from "../../../core/chat/ports.ts";
import { type PreparedTurn, prepareTurn } from "../../../core/chat/prepare-turn.ts";
import type { Tool } from "../../../core/chat/tool.ts";
import type { Call } from "../../../core/shared/call.ts";
import { AppError } from "../../../core/shared/errors.ts";
import type { Pictures } from "../../../core/shared/ports.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { ScriptedLanguageModel } from "../../fakes/scripted-language-model.ts";
import { aCall, anInput, aTool } from "../../support/chat.ts";

const ANONYMOUS: Call["actor"] = { kind: "anonymous", address: "10.0.0.1" };
const IMAGE = { field: "image_data", bytes: new Uint8Array([1, 2, 3]) };
const MEMORY: ClaimedConversation = {
  ...{ summary: "They met.", lastSeq: 3, summarySeq: 2, overflows: false },
  turns: [{ seq: 3, userText: "before", replyText: "yes", modelTokens: 2 }],
};

let model: ScriptedLanguageModel;
let inspected: Uint8Array[];
let pictures: Pictures;
beforeEach(() => {
  model = new ScriptedLanguageModel(new FakeClock());
  inspected = [];
  pictures = {
    inspect: async (bytes) => {
      inspected.push(bytes);
      return { format: "gif", width: 4, height: 3, colours: ["#000000"] };
    },
  };
});

interface Options {
  call?: Partial<Call>;
  tools?: Tool[];
  memoryTokens?: number;
  streamed?: boolean;
}

const prepare = (input: Partial<ChatInput> = {}, options: Options = {}): Promise<PreparedTurn> =>
  prepareTurn(
    {
      ...{ model, pictures, jsonSchemas: new JsonSchemaChecker(), tools: options.tools ?? [] },
      ...{ memoryTokens: options.memoryTokens ?? 12_000, personas: { pirate: "You talk like a pirate." } },
    },
    aCall(options.call),
    anInput(input),
    options.streamed ?? true,
  );

function windowOf(contextTokens: number): void {
  model.known = { ...model.known, contextTokens };
}

describe("what the model is asked", () => {
  it("is the message, as the caller wants it answered", async () => {
    const turn = await prepare({ message: "hi", temperature: 0.5, topP: 0.9, maxTokens: 77, persona: "pirate" });
    expect(turn.request(undefined)).toEqual({
      use: "default",
      system: expect.stringMatching(/^You talk like a pirate\./),
      messages: [{ role: "user", text: "hi" }],
      tools: [],
      output: { kind: "text" },
      streamed: true,
      maxTokens: 77,
      temperature: 0.5,
      topP: 0.9,
    });
  });

  it("comes with what is remembered", async () => {
    const request = (await prepare({ message: "now" })).request(MEMORY);
    expect(request.messages.map(({ text }) => text)).toEqual(["before", "yes", "now"]);
    expect(request.system).toContain("They met.");
  });

  it("is streamed only where somebody reads a stream", async () => {
    expect((await prepare({}, { streamed: false })).request(undefined).streamed).toBe(false);
  });

  it("is for JSON when structure is wanted, by the schema if there is one", async () => {
    const outputSchema = { type: "object" };
    const structured = await prepare({ output: "structured", outputSchema });
    expect(structured.request(undefined).output).toEqual({ kind: "json", schema: outputSchema });
    const free = await prepare({ output: "structured" });
    expect(free.request(undefined).output).toEqual({ kind: "json", schema: undefined });
  });

  it("is asked of the part that sees, with the picture as it was found to be", async () => {
    const uses: ModelUse[] = [];
    const { known } = model;
    Object.assign(model, {
      profile: async (use: ModelUse) => {
        uses.push(use);
        return known;
      },
    });
    const request = (await prepare({ message: "What is this?", image: IMAGE })).request(MEMORY);
    expect(uses).toEqual(["vision"]);
    expect(request.use).toBe("vision");
    expect(request.messages.at(-1)).toEqual({
      role: "user",
      text: "What is this?",
      images: [{ mediaType: "image/gif", bytes: IMAGE.bytes, width: 4, height: 3, colours: ["#000000"] }],
    });
  });

  it("may use the tools that are for this caller", async () => {
    const forAll = aTool("for_all", async () => ({ text: "" }));
    const forOwners: Tool = { ...forAll, offeredTo: ({ actor }) => actor.kind === "api-key" };
    const tools = [forAll, forOwners];
    expect((await prepare({}, { tools })).tools).toEqual(tools);
    expect((await prepare({}, { tools, call: { actor: ANONYMOUS } })).tools).toEqual([forAll]);
  });
});

describe("the model's window", () => {
  it("is unknown: memory and answer are as large as was set and asked for", async () => {
    const turn = await prepare({ maxTokens: 200_000 }, { memoryTokens: 12_000 });
    expect([turn.budget, turn.request(undefined).maxTokens]).toEqual([12_000, 200_000]);
  });

  it("gives memory at most half", async () => {
    windowOf(8_001);
    expect((await prepare({}, { memoryTokens: 12_000 })).budget).toBe(4_000);
    expect((await prepare({}, { memoryTokens: 3_000 })).budget).toBe(3_000);
  });

  it("gives the answer what the message leaves of the other half", async () => {
    windowOf(8_000);
    const message = "word ".repeat(500);
    const turn = await prepare({ message, maxTokens: 100_000 });
    expect(turn.request(undefined).maxTokens).toBe(4_000 - estimateModelTokens(message));
    expect((await prepare({ message, maxTokens: 50 })).request(undefined).maxTokens).toBe(50);
  });

  it("leaves 256 tokens for an answer, however long the message", async () => {
    windowOf(1_000);
    const turn = await prepare({ message: "word ".repeat(5_000), maxTokens: 100_000 });
    expect(turn.request(undefined).maxTokens).toBe(256);
  });
});

describe("what is refused before anything is claimed or asked", () => {
  it("is a schema that cannot be used", async () => {
    await expect(prepare({ outputSchema: { type: 7 } })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is a picture that the model cannot see, undecoded", async () => {
    model.known = { ...model.known, seesImages: false };
    await expect(prepare({ image: IMAGE })).rejects.toMatchObject({
      ...{ code: "invalid_input", reason: "images_not_supported" },
      message: "the configured model cannot see images",
    });
    expect(inspected).toEqual([]);
  });

  it("is a picture that cannot be read, at its field", async () => {
    pictures.inspect = async () => {
      throw new AppError("invalid_input", "invalid_image", "the image is damaged");
    };
    await expect(prepare({ image: IMAGE })).rejects.toMatchObject({ issues: [{ path: ["image_data"] }] });
  });

  it("is a document store that the caller has not, by its id", async () => {
    const refused = prepare({ vectorStoreIds: ["vs_1", "vs_2"] });
    await expect(refused).rejects.toMatchObject({
      ...{ code: "not_found", reason: "vector_store_not_found", message: "vs_1" },
    });
  });

  it("is not the wish to use no store, nor one of a caller who owns nothing", async () => {
    await expect(prepare({ vectorStoreIds: [] })).resolves.toBeDefined();
    await expect(prepare({ vectorStoreIds: ["vs_1"] }, { call: { actor: ANONYMOUS } })).resolves.toBeDefined();
  });

  it("is everything while no model is configured", async () => {
    const missing = new AppError("unavailable", "model_not_configured", "this server has no language model");
    Object.assign(model, { profile: () => Promise.reject(missing) });
    await expect(prepare()).rejects.toBe(missing);
  });
});
