import type { Answer } from "./answer.ts";

/** What a streamed answer is made of: `session` first, `done` last; a failure is thrown instead. */
export type ChatEvent =
  | { type: "session"; sessionId: string; requestId: string | null }
  | { type: "reasoning"; text: string }
  | { type: "tool-call"; id: string; name: string; args: unknown }
  | { type: "tool-result"; id: string; name: string; ok: boolean }
  | { type: "content"; text: string }
  | { type: "done"; answer: Answer; replayed: boolean };
