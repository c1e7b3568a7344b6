import { describe, expect, it } from "vitest";
import type { Passage } from "../../../adapters/offline/passages.ts";
import { dot, SentenceIndex, shareOfBest } from "../../../adapters/offline/rank.ts";

const vector = (...numbers: number[]): Float32Array => Float32Array.from(numbers);
const passage = (section: string, ...sentences: string[]): Passage => ({
  title: "T",
  section,
  ref: section,
  sentences,
});

// Three directions: x for pools, y for fees, z for all else.
const pools = passage("Pools", "A pool makes blocks.", "Operators take a margin.", "Nothing to see.");
const fees = passage("Fees", "A fee is paid by size.");
const index = new SentenceIndex(
  [pools, fees],
  [[vector(1, 0, 0), vector(0.95, 0, 0.31), vector(0, 0, 1)], [vector(0, 1, 0)]],
);

describe("SentenceIndex", () => {
  it("quotes the best passage's best sentences in reading order", () => {
    const { quotes } = index.search({ text: "margin", vector: vector(1, 0, 0) }, 0.39);
    expect(quotes.map(({ sentence }) => sentence)).toEqual(["A pool makes blocks.", "Operators take a margin."]);
    expect(quotes.every((quote) => quote.passage === pools)).toBe(true);
  });

  it("scores meaning plus a fifth for the best match by words", () => {
    expect(index.search({ text: "fee", vector: vector(0, 0.5, 0) }, 0).score).toBeCloseTo(0.5 + 0.2, 5);
  });

  it("takes off for words that no document contains", () => {
    expect(index.search({ text: "fee zebra", vector: vector(0, 0.5, 0) }, 0).score).toBeCloseTo(0.7 - 0.25 / 2, 5);
  });

  it("quotes nothing below the threshold, but tells the score", () => {
    const result = index.search({ text: "zebra", vector: vector(0, 0.5, 0) }, 0.39);
    expect(result.quotes).toEqual([]);
    expect(result.score).toBeCloseTo(0.25, 5);
  });

  it("quotes at the threshold itself", () => {
    const question = { text: "fee", vector: vector(0, 0.5, 0) };
    const { score } = index.search(question, 0);
    expect(index.search(question, score).quotes).not.toEqual([]);
  });

  it("prefers the sentence that defines what is asked for to one that is nearer by meaning", () => {
    const page = passage("Ada", "Ada is a currency of Cardano.", "People like ada.");
    const both = new SentenceIndex([page], [[vector(0.8, 0.6), vector(0.9, 0.44)]]);
    for (const text of [
      "What is ada?",
      "what's ada",
      "Explain ada to me",
      "Tell me about ada.",
      "What does Ada mean?",
    ]) {
      expect(both.search({ text, vector: vector(1, 0) }, 0.1).quotes[0]?.sentence).toBe(
        "Ada is a currency of Cardano.",
      );
    }
  });

  it("survives a question full of signs", () => {
    const text = "What is (a+)+$ [x?";
    expect(() => index.search({ text, vector: vector(1, 0, 0) }, 0.39)).not.toThrow();
  });

  it("finds nothing where there is nothing", () => {
    expect(new SentenceIndex([], []).search({ text: "x", vector: vector(1) }, -1)).toEqual({ score: -1, quotes: [] });
  });

  it("tells which share of a text's words is unknown", () => {
    expect(index.unknownShare("pool zebra")).toBe(0.5);
    expect(index.unknownShare("what is it")).toBe(0);
  });
});

describe("the parts of the score", () => {
  it("dot is the cosine of unit vectors", () => {
    expect(dot(vector(0.6, 0.8), vector(0.6, 0.8))).toBeCloseTo(1, 5);
    expect(dot(vector(1, 0), vector(0, 1))).toBe(0);
  });

  it("shareOfBest brings scores to 0..1", () => {
    expect(shareOfBest([1, 4, 0])).toEqual([0.25, 1, 0]);
    expect(shareOfBest([0, 0])).toEqual([0, 0]);
    expect(shareOfBest([])).toEqual([]);
  });
});
