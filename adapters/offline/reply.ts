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
  const sources = quotes.map(({ passage }): AnswerSource => {
    const title = passage.section === passage.title ? passage.title : `${passage.title}, ${passage.section}`;
    return { kind: "document", title, ref: passage.ref };
  });
  return { text: quotes.map(({ sentence }) => sentence).join(" "), found: true, sources: distinct(sources) };
}

/** One answer to several questions; undefined when there is none. */
export function joinedReply(replies: readonly Reply[]): Reply | undefined {
  if (replies.length === 0) return undefined;
  const texts = new Set(replies.map(({ text }) => text));
  return { text: [...texts].join("\n\n"), found: true, sources: distinct(replies.flatMap(({ sources }) => sources)) };
}

/** The text with a last line that names its sources. */
export function withSources({ text, sources }: Reply): string {
  if (sources.length === 0) return text;
  const named = sources.map(({ title, ref }) => `${title} (${ref.replace(/#.*$/, "")})`);
  return `${text}\n\n${named.length > 1 ? "Sources" : "Source"}: ${named.join("; ")}`;
}

function distinct(sources: readonly AnswerSource[]): AnswerSource[] {
  return [...new Map(sources.map((source) => [source.ref, source])).values()];
}

/** The fixed object of a structured answer. */
export function jsonOf({ text, found, sources }: Reply): string {
  return JSON.stringify({ answer: text, found, sources: sources.map(({ title, ref }) => ({ title, ref })) });
}

/** The text in pieces of a few words, so that a stream streams; joined they are the text. */
export function piecesOf(text: string): string[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  const pieces: string[] = [];
  for (let from = 0; from < words.length; from += WORDS_A_PIECE) {
    pieces.push(words.slice(from, from + WORDS_A_PIECE).join(""));
  }
  return pieces;
}
