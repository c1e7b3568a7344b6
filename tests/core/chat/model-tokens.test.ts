import { describe, expect, it } from "vitest";
import { cutToModelTokens, estimateModelTokens } from "../../../core/chat/model-tokens.ts";
import { random } from "../../support/random.ts";

const ALPHABET = ["a", "Z", " ", "7", "\n", "ä", "ж", "ع", "€", "ह", "漢", "か", "한", "。", "😀", "𠮷", "\ud800"];

describe("estimating model tokens", () => {
  it("finds none in an empty text and at least one in any other", () => {
    expect(estimateModelTokens("")).toBe(0);
    for (const character of ALPHABET) expect(estimateModelTokens(character)).toBeGreaterThan(0);
  });

  it("puts English a little above one token of four characters", () => {
    const text = "The quick brown fox jumps over the lazy dog. ".repeat(100);
    expect(estimateModelTokens(text)).toBeGreaterThan(text.length / 4);
    expect(estimateModelTokens(text)).toBeLessThan(text.length / 3);
  });

  it.each(["漢字仮名交じり文", "한국어문장", "中文文本。"])("puts %s at one token a character", (text) => {
    expect(estimateModelTokens(text)).toBe(text.length);
  });

  it("puts other scripts between English and Chinese, and emoji above", () => {
    expect(estimateModelTokens("привет".repeat(10))).toBeGreaterThan(60 / 3.6);
    expect(estimateModelTokens("привет".repeat(10))).toBeLessThan(60);
    expect(estimateModelTokens("😀".repeat(10))).toBe(20);
  });

  it("never finds fewer in a longer text, nor more in the whole than in its parts", () => {
    const next = random(31);
    for (let round = 0; round < 300; round++) {
      const [left, right] = [randomText(next.integer), randomText(next.integer)];
      const whole = estimateModelTokens(left + right);
      expect(whole).toBeGreaterThanOrEqual(Math.max(estimateModelTokens(left), estimateModelTokens(right)));
      expect(whole).toBeLessThanOrEqual(estimateModelTokens(left) + estimateModelTokens(right));
    }
  });
});

describe("cutting to model tokens", () => {
  it("leaves a text alone that fits, and nothing of one that may not have any token", () => {
    expect(cutToModelTokens("a short text", 100)).toBe("a short text");
    expect(cutToModelTokens("text", 0)).toBe("");
  });

  it("keeps the longest beginning that fits, and no half character", () => {
    const next = random(32);
    for (let round = 0; round < 300; round++) {
      const text = randomText(next.integer);
      const limit = next.integer(0, 20);
      const cut = cutToModelTokens(text, limit);
      expect(text.startsWith(cut)).toBe(true);
      expect(estimateModelTokens(cut)).toBeLessThanOrEqual(limit);
      const [following] = text.slice(cut.length);
      if (following !== undefined) expect(estimateModelTokens(cut + following)).toBeGreaterThan(limit);
      expect([...cut]).toEqual([...text].slice(0, [...cut].length));
    }
  });
});

function randomText(integer: (least: number, most: number) => number): string {
  return Array.from({ length: integer(0, 40) }, () => ALPHABET[integer(0, ALPHABET.length - 1)]).join("");
}
