const SEGMENTER = new Intl.Segmenter("en", { granularity: "sentence" });

/** The sentences of a text, trimmed, with line breaks as spaces; none is empty. */
export function sentencesOf(text: string): string[] {
  const flat = text.replace(/\s+/g, " ");
  return Array.from(SEGMENTER.segment(flat), ({ segment }) => segment.trim()).filter((sentence) => sentence !== "");
}
