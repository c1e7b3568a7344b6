import { describe, expect, it } from "vitest";
import { Bm25, termsOf } from "../../../adapters/offline/bm25.ts";

describe("termsOf", () => {
  it("brings forms of a word together", () => {
    for (const [one, other] of [
      ["pools", "pool"],
      ["delegating", "delegation"],
      ["delegated", "delegate"],
      ["policies", "policy"],
      ["locked", "lock"],
      ["planned", "plan"],
      ["fees", "fee"],
      ["addresses", "address"],
    ] as const) {
      expect(termsOf(one), `${one} and ${other}`).toEqual(termsOf(other));
    }
  });

  it("leaves out words that say nothing about the subject", () => {
    expect(termsOf("What is the size of a slot?")).toEqual(termsOf("size slot"));
  });

  it("keeps numbers and letters of any script", () => {
    expect(termsOf("CIP-30 und Überweisung 1042")).toEqual(["cip", "30", "und", "überweisung", "1042"]);
  });
});

describe("Bm25", () => {
  const words = new Bm25(["the red boat", "the red house and the red door", "a green house"]);

  it("scores a text by the words it shares with the query", () => {
    const [boat, red, green] = words.scores("boat");
    expect(boat).toBeGreaterThan(0);
    expect([red, green]).toEqual([0, 0]);
  });

  it("values a rare word more than a common one", () => {
    const [boat, red] = words.scores("red boat");
    expect(boat).toBeGreaterThan(red ?? 0);
  });

  it("values two occurrences more than one, but not twice as much", () => {
    const twice = new Bm25(["red red blue blue", "red blue blue blue", "grey"]);
    const [two = 0, one = 0] = twice.scores("red");
    expect(two).toBeGreaterThan(one);
    expect(two).toBeLessThan(2 * one);
  });

  it("counts a word of the query once, however often it is repeated", () => {
    expect(words.scores("red red red")).toEqual(words.scores("red"));
  });

  it("gives zeros for words nobody wrote, and works on no texts", () => {
    expect(words.scores("submarine")).toEqual([0, 0, 0]);
    expect(new Bm25([]).scores("red")).toEqual([]);
  });
});
