import { describe, expect, it } from "vitest";
import {
  joinedReply,
  jsonOf,
  piecesOf,
  plainReply,
  quotingReply,
  withSources,
} from "../../../adapters/offline/reply.ts";

const passage = (section: string) => ({
  title: "Primer",
  section,
  ref: `docs/guide/primer.md#${section.toLowerCase()}`,
  sentences: [],
});
const quote = (sentence: string, section: string) => ({ sentence, passage: passage(section) });

describe("quotingReply", () => {
  it("quotes sentences word for word and names each source once", () => {
    const reply = quotingReply([quote("One.", "Ada"), quote("Two.", "Ada"), quote("Three.", "Fees")]);
    expect(reply.text).toBe("One. Two. Three.");
    expect(reply.sources).toEqual([
      { kind: "document", title: "Primer, Ada", ref: "docs/guide/primer.md#ada" },
      { kind: "document", title: "Primer, Fees", ref: "docs/guide/primer.md#fees" },
    ]);
  });
});

describe("withSources", () => {
  it("ends with the source and its file", () => {
    expect(withSources(quotingReply([quote("One.", "Ada")]))).toBe(
      "One.\n\nSource: Primer, Ada (docs/guide/primer.md)",
    );
  });

  it("names several sources in one line", () => {
    expect(withSources(quotingReply([quote("One.", "Ada"), quote("Two.", "Fees")]))).toBe(
      "One. Two.\n\nSources: Primer, Ada (docs/guide/primer.md); Primer, Fees (docs/guide/primer.md)",
    );
  });

  it("leaves a text without sources as it is", () => {
    expect(withSources(plainReply("Hello!"))).toBe("Hello!");
  });
});

describe("joinedReply", () => {
  it("puts answers one under the other and says nothing twice", () => {
    const ada = quotingReply([quote("One.", "Ada")]);
    const joined = joinedReply([ada, ada, quotingReply([quote("Two.", "Ada")])]);
    expect(joined?.text).toBe("One.\n\nTwo.");
    expect(joined?.sources).toHaveLength(1);
  });

  it("is nothing when there are none", () => {
    expect(joinedReply([])).toBeUndefined();
  });
});

describe("jsonOf", () => {
  it("is one small object of fixed form", () => {
    expect(JSON.parse(jsonOf(quotingReply([quote('Say "hi".', "Ada")])))).toEqual({
      answer: 'Say "hi".',
      found: true,
      sources: [{ title: "Primer, Ada", ref: "docs/guide/primer.md#ada" }],
    });
    expect(JSON.parse(jsonOf(plainReply("Nothing.", false)))).toEqual({
      answer: "Nothing.",
      found: false,
      sources: [],
    });
  });
});

describe("piecesOf", () => {
  it("cuts a text into pieces of a few words that join to the text", () => {
    const text = "  One two three four five six.\n\nSeven eight nine ten.  ";
    const pieces = piecesOf(text);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe(text);
  });

  it("has no empty pieces", () => {
    expect(piecesOf("")).toEqual([]);
    expect(piecesOf("one")).toEqual(["one"]);
    expect(piecesOf(" \n ").join("")).toBe(" \n ");
  });

  it("is quick with a long word", () => {
    expect(piecesOf("x".repeat(100_000)).join("")).toHaveLength(100_000);
  });
});
