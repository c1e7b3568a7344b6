import type { Call } from "../shared/call.ts";
import { AppError } from "../shared/errors.ts";
import type { JsonSchemas, Pictures } from "../shared/ports.ts";
import type { ChatInput } from "./chat-input.ts";
import { estimateModelTokens } from "./model-tokens.ts";
import type { ClaimedConversation, LanguageModel, ModelImage, ModelProfile, ModelRequest } from "./ports.ts";
import { conversationMessages, type Personas, systemText } from "./prompt.ts";
import { readImage } from "./read-image.ts";
import type { Tool } from "./tool.ts";

export interface PreparedTurn {
  profile: ModelProfile;
  tools: Tool[];
  /** Model tokens that remembered turns may take. */
  budget: number;
  request(memory: ClaimedConversation | undefined): ModelRequest;
}

/** Everything that can be refused before anything is claimed, counted or asked: nothing is written when it throws. */
export async function prepareTurn(
  deps: {
    model: LanguageModel;
    pictures: Pictures;
    jsonSchemas: JsonSchemas;
    tools: readonly Tool[];
    memoryTokens: number;
    personas: Personas;
  },
  call: Call,
  input: ChatInput,
  streamed: boolean,
): Promise<PreparedTurn> {
  // A schema that cannot be used shows at any value.
  if (input.outputSchema !== undefined) deps.jsonSchemas.problems(input.outputSchema, null);
  const use = input.image === undefined ? "default" : "vision";
  const profile = await deps.model.profile(use);
  const image = input.image === undefined ? undefined : await visible(deps.pictures, profile, input.image);
  const missing = call.actor.kind === "anonymous" ? undefined : input.vectorStoreIds?.[0];
  if (missing !== undefined) throw new AppError("not_found", "vector_store_not_found", missing);
  const maxTokens = Math.min(input.maxTokens, answerLimit(profile, input));
  return {
    profile,
    tools: deps.tools.filter((tool) => tool.offeredTo(call)),
    budget: Math.min(deps.memoryTokens, Math.floor((profile.contextTokens ?? Number.MAX_SAFE_INTEGER) / 2)),
    request: (memory) => ({
      use,
      system: systemText(input, deps.personas, memory?.summary),
      messages: conversationMessages(input, memory, image),
      tools: [],
      output: input.output === "structured" ? { kind: "json", schema: input.outputSchema } : { kind: "text" },
      streamed,
      maxTokens,
      temperature: input.temperature,
      topP: input.topP,
    }),
  };
}

async function visible(
  pictures: Pictures,
  profile: ModelProfile,
  image: { field: string; bytes: Uint8Array },
): Promise<ModelImage> {
  if (!profile.seesImages) {
    throw new AppError("invalid_input", "images_not_supported", "the configured model cannot see images");
  }
  return readImage(pictures, image);
}

/** What is left of the model's window beside this message; the memory takes at most half of the window. */
function answerLimit(profile: ModelProfile, input: ChatInput): number {
  if (profile.contextTokens === undefined) return Number.MAX_SAFE_INTEGER;
  return Math.max(256, Math.floor(profile.contextTokens / 2) - estimateModelTokens(input.message));
}
