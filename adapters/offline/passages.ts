import { sentencesOf } from "./sentences.ts";

/** The embedding model ignores what comes after about 500 characters. */
export const MAX_PASSAGE_LENGTH = 450;

/** A few neighbouring sentences of one section of a document. */
export interface Passage {
  /** Title of the document. */
  title: string;
  section: string;
  /** Path of the document with the section's anchor. */
  ref: string;
  sentences: string[];
}

interface Section {
  heading: string;
  text: string;
}

/**
 * Cuts a Markdown document by heading and sentence. Left out are code blocks, which cannot be quoted as sentences,
 * and the lead above the first heading of a document that has sections: it says what the page is for.
 */
export function passagesOf(markdown: string, path: string): Passage[] {
  const { title, sections } = readSections(markdown);
  return sections.flatMap(({ heading, text }) => {
    const section = heading === "" ? title : heading;
    const ref = heading === "" ? path : `${path}#${anchorOf(heading)}`;
    return groups(sentencesOf(text)).map((sentences) => ({ title: title || path, section, ref, sentences }));
  });
}

function readSections(markdown: string): { title: string; sections: Section[] } {
  let title = "";
  let current: Section = { heading: "", text: "" };
  const sections = [current];
  for (const line of linesOutsideCode(markdown)) {
    const heading = /^(#+)\s+(.*?)\s*#*$/.exec(line);
    const words = plain(heading?.[2] ?? line);
    if (heading === null) current.text += `${words.replace(/^\s*([-*+]|\d+\.)\s+/, "")}\n`;
    else if (heading[1] === "#" && title === "") title = words;
    else {
      current = { heading: words, text: "" };
      sections.push(current);
    }
  }
  const headed = sections.slice(1);
  return { title, sections: headed.length > 0 ? headed : sections };
}

function linesOutsideCode(markdown: string): string[] {
  return markdown.replace(/^\s*(```|~~~)[\s\S]*?^\s*\1.*$/gm, "").split(/\r?\n/);
}

/** Markdown without links and emphasis; back quotes stay, they mark what is typed literally. */
function plain(markdown: string): string {
  return markdown.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*([^*]+)\*\*/g, "$1");
}

function anchorOf(heading: string): string {
  const letters = heading.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, "");
  return letters.trim().replace(/\s/g, "-");
}

function groups(sentences: string[]): string[][] {
  const result: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const sentence of sentences.flatMap(fitting)) {
    if (length + 1 + sentence.length > MAX_PASSAGE_LENGTH) {
      result.push([]);
      length = -1;
    }
    result.at(-1)?.push(sentence);
    length += 1 + sentence.length;
  }
  return result;
}

/** A sentence longer than a passage, cut between words, or anywhere when there are none. */
function fitting(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > MAX_PASSAGE_LENGTH) {
    const space = rest.lastIndexOf(" ", MAX_PASSAGE_LENGTH);
    const end = space > 0 ? space : MAX_PASSAGE_LENGTH;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? pieces : [...pieces, rest];
}
