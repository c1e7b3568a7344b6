import type { AnswerSource } from "../../core/chat/ports.ts";
import type { Quote } from "./rank.ts";

const WORDS_A_PIECE = 4;

/** What the answerer has to say. */
export interface Reply {
  text: string;
  /** False when it has no answer. */
  found: boolean;
  sources: AnswerSource[];
}

export function plainReply(text: string, found = true): Reply {
  return { text, found, sources: [] };
}

/** Sentences word for word, and where they stand. */
export function quotingReply(quotes: readonly Quote[]): Reply {
  const places = new Map(quotes.map(({ passage }) => [passage.ref, passage]));
  const named = [...places.values()].map(({ title, section, ref }) => {
    const [file = ref] = ref.split("#");
    return { title: section === title ? title : `${title}, ${section}`, ref, file };
  });
  const label = named.length > 1 ? "Sources" : "Source";
  const sources = named.map(({ title, ref }): AnswerSource => ({ kind: "document", title, ref }));
  const text = quotes.map(({ sentence }) => sentence).join(" ");
  return {
    text: `${text}\n\n${label}: ${named.map(({ title, file }) => `${title} (${file})`).join("; ")}`,
    found: true,
    sources,
  };
}

/** The fixed object of a structured answer. */
export function jsonOf({ text, found, sources }: Reply): string {
  return JSON.stringify({ answer: text, found, sources: sources.map(({ title, ref }) => ({ title, ref })) });
}

/** The text in pieces of a few words, so that a stream streams; joined they are the text. */
export function piecesOf(text: string): string[] {
  return (
    text.match(new RegExp(`(?:\\s*\\S+){1,${WORDS_A_PIECE}}\\s*$|(?:\\s*\\S+){1,${WORDS_A_PIECE}}|\\s+`, "g")) ?? []
  );
}
