import { JsonSchemaChecker } from "../../adapters/json-schema/json-schemas.ts";
import { Meter } from "../../core/access/meter.ts";
import { UsageBuffer } from "../../core/access/usage-buffer.ts";
import type { Answer } from "../../core/chat/answer.ts";
import { ChatInput } from "../../core/chat/chat-input.ts";
import { Claims } from "../../core/chat/claims.ts";
import type { ConversationKey } from "../../core/chat/ports.ts";
import { type ChatSettings, StreamAnswer } from "../../core/chat/stream-answer.ts";
import { SummariseConversation } from "../../core/chat/summarise-conversation.ts";
import type { Tool, ToolResult } from "../../core/chat/tool.ts";
import { Afterwork } from "../../core/shared/afterwork.ts";
import type { Call } from "../../core/shared/call.ts";
import type { PictureFacts } from "../../core/shared/ports.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { MemoryChatRequests } from "../fakes/memory-chat-requests.ts";
import { MemoryConversations } from "../fakes/memory-conversations.ts";
import { MemoryQuotas } from "../fakes/memory-quotas.ts";
import { RecordingLogger } from "../fakes/recording-logger.ts";
import { ScriptedLanguageModel } from "../fakes/scripted-language-model.ts";
import { SequentialIds } from "../fakes/sequential-ids.ts";

export const KEY_ID = 7;
export const OWNER = `key:${KEY_ID}`;
export const MONTH = "2026-11-01";

const PICTURE: PictureFacts = { format: "png", width: 2, height: 1, colours: ["#ff0000"] };

export function anAnswer(changes: Partial<Answer> = {}): Answer {
  return {
    reply: "Cardano is a blockchain.",
    sessionId: "s1",
    replyJson: null,
    tools: [],
    sources: [],
    provider: "scripted",
    model: "scripted-1",
    reasoning: null,
    usage: null,
    requestId: null,
    ...changes,
  };
}

export function aCall(changes: Partial<Call> = {}): Call {
  const actor = { kind: "api-key", keyId: KEY_ID, monthlyQuota: null } as const;
  return { actor, requestId: "req-1", signal: new AbortController().signal, ...changes };
}

export function anInput(changes: Partial<ChatInput> = {}): ChatInput {
  return { ...ChatInput.parse({ message: "What is Cardano?", sessionId: "s1" }), ...changes };
}

export function aTool(name: string, run: (call: Call, args: unknown) => Promise<ToolResult>): Tool {
  return { declaration: { name, description: name, parameters: { type: "object" } }, offeredTo: () => true, run };
}

/** Everything that answers a message, on fakes. */
export function openChat(options: { tools?: Tool[]; settings?: Partial<ChatSettings> } = {}) {
  const clock = new FakeClock("2026-11-22T12:00:00Z");
  const ids = new SequentialIds();
  const logger = new RecordingLogger();
  const requests = new MemoryChatRequests(clock);
  const conversations = new MemoryConversations({ clock, requests });
  const quotas = new MemoryQuotas();
  const usage = new UsageBuffer();
  const model = new ScriptedLanguageModel(clock);
  const afterwork = new Afterwork({ logger });
  const settings: ChatSettings = {
    memoryTokens: 1_000,
    whole: { totalMs: 90_000, idleMs: 90_000 },
    stream: { totalMs: 600_000, idleMs: 60_000 },
    personas: {},
    ...options.settings,
  };
  const streamAnswer = new StreamAnswer({
    ...{ model, clock, ids, logger, afterwork, settings, tools: options.tools ?? [] },
    claims: new Claims({ conversations, requests, clock, ids }),
    summarise: new SummariseConversation({ conversations, model }),
    meter: new Meter({ quotas, usage, clock }),
    pictures: { inspect: async () => PICTURE },
    jsonSchemas: new JsonSchemaChecker(),
  });
  const key: ConversationKey = { owner: OWNER, sessionId: "s1" };
  return { clock, logger, requests, conversations, quotas, usage, model, afterwork, streamAnswer, key };
}
