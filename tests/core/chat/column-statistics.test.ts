import { describe, expect, it } from "vitest";
import {
  asNumber,
  correlation,
  isMissing,
  mean,
  quantile,
  standardDeviation,
  sum,
  tidy,
} from "../../../core/chat/column-statistics.ts";
import { random } from "../../support/random.ts";

describe("reading cells", () => {
  it.each([
    [4, 4],
    ["4", 4],
    [" -1,234.50 ", -1234.5],
    [".5", 0.5],
    ["+1e3", 1000],
    ["0", 0],
  ])("takes %j for a number", (cell, expected) => {
    expect(asNumber(cell)).toBe(expected);
  });

  it.each([
    ["4 apples"],
    ["1,23"],
    ["0x10"],
    ["Infinity"],
    [""],
    [" "],
    ["1e999"],
    ["."],
    ["-"],
    [true],
    [null],
    [[4]],
    [{}],
    [Number.NaN],
  ])("does not take %j for a number", (cell) => {
    expect(asNumber(cell)).toBeUndefined();
  });

  it("takes null, nothing and blanks for missing, but not zero and not false", () => {
    expect([null, undefined, "", " \t"].every(isMissing)).toBe(true);
    expect([0, "0", false, []].some(isMissing)).toBe(false);
  });
});

describe("statistics of a column", () => {
  it("are right on a textbook's example", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(sum(values)).toBe(40);
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share))).toEqual([2, 4, 4.5, 5.5, 9]);
  });

  it("do not drown small values in large ones", () => {
    expect(sum([1e100, 1, -1e100])).toBe(1);
    expect(sum(Array(10).fill(0.1))).toBe(1);
    const far = [1, 2, 3].map((value) => value + 1e15);
    expect(standardDeviation(far)).toBe(1);
  });

  it("move and stretch with their values", () => {
    const next = random(41);
    for (let round = 0; round < 100; round++) {
      const values = Array.from({ length: next.integer(2, 50) }, () => next.real() * 100);
      const moved = values.map((value) => 3 * value + 1000);
      expect(mean(moved)).toBeCloseTo(3 * mean(values) + 1000, 8);
      expect(standardDeviation(moved)).toBeCloseTo(3 * (standardDeviation(values) ?? 0), 8);
      expect(correlation(values.map((value, index) => [value, moved[index] ?? 0]))).toBeCloseTo(1, 8);
    }
  });

  it("have no deviation of one value and no correlation with what does not vary", () => {
    expect(standardDeviation([5])).toBeUndefined();
    expect(
      correlation([
        [1, 5],
        [2, 5],
      ]),
    ).toBeUndefined();
    expect(correlation([[1, 1]])).toBeUndefined();
    expect(
      correlation([
        [1, 3],
        [2, 2],
        [3, 1],
      ]),
    ).toBeCloseTo(-1, 12);
  });

  it("lose the noise of fractions and no digit of whole numbers", () => {
    expect(tidy(0.1 + 0.2)).toBe(0.3);
    expect(tidy(1234567890123456)).toBe(1234567890123456);
  });
});
