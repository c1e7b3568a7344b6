import { z } from "zod";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]/;

/** Limits and rules of http-api.md 6.1. Lengths count Unicode code points. */
export const ChatInput = z.object({
  message: z
    .string()
    .min(1)
    .max(32_000)
    .refine((text) => text.trim() !== "", "Message must not be only white space")
    .refine((text) => !text.includes("\u0000"), "Message must not hold NUL characters"),
  sessionId: z
    .string()
    .min(1)
    .max(256)
    .refine((text) => !CONTROL_CHARACTERS.test(text), "Session id must not hold control characters")
    .optional(),
  /** `field` is what the surface calls it, for errors. */
  image: z
    .object({ field: z.string(), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array) })
    .optional(),
  output: z.enum(["text", "structured"]).default("text"),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
  /** Replaces the persona text, not the rules on tools and untrusted data. */
  system: z.string().max(16_000).optional(),
  persona: z.string().max(64).optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.int().min(1).max(262_144).default(2_048),
  /** Shown to the model as quoted, untrusted data. */
  context: z.record(z.string(), z.unknown()).optional(),
  /** Kept with the log line, never shown to the model. */
  meta: z.record(z.string(), z.unknown()).optional(),
  vectorStoreIds: z.array(z.string()).max(20).optional(),
  /** The caller's name for this request and a digest of its whole body, so that a repeat is answered once. */
  request: z.object({ id: z.string(), digest: z.string() }).optional(),
});
export type ChatInput = z.infer<typeof ChatInput>;
