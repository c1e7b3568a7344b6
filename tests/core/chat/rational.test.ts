import { describe, expect, it } from "vitest";
import {
  add,
  compare,
  divide,
  exactSquareRoot,
  floor,
  fromDecimal,
  multiply,
  power,
  rational,
  round,
  subtract,
  TooLargeError,
  toNumber,
  toSignificant,
} from "../../../core/chat/rational.ts";
import { random } from "../../support/random.ts";

describe("rational numbers", () => {
  it("are kept in lowest terms with the sign on top", () => {
    expect(rational(6n, -4n)).toEqual({ n: -3n, d: 2n });
    expect(rational(0n, -7n)).toEqual({ n: 0n, d: 1n });
  });

  it("obey the laws of arithmetic without any rounding", () => {
    const next = random(1);
    const number = () => rational(BigInt(next.integer(-1e9, 1e9)), BigInt(next.integer(1, 1e6)));
    for (let round = 0; round < 300; round++) {
      const [a, b, c] = [number(), number(), number()];
      expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
      expect(subtract(add(a, b), b)).toEqual(a);
      if (b.n !== 0n) expect(multiply(divide(a, b), b)).toEqual(a);
      expect(compare(a, b)).toBe(-compare(b, a) + 0);
    }
  });

  it("round down and to the nearest, a half away from zero", () => {
    const values = ["2.5", "-2.5", "2.4", "-2.4", "-2", "0"].map(fromDecimal);
    expect(values.map((value) => Number(floor(value).n))).toEqual([2, -3, 2, -3, -2, 0]);
    expect(values.map((value) => Number(round(value).n))).toEqual([3, -3, 2, -2, -2, 0]);
  });

  it("have an exact square root exactly when they are squares", () => {
    const next = random(2);
    for (let round = 0; round < 200; round++) {
      const root = rational(BigInt(next.integer(1, 1e9)) ** 5n, BigInt(next.integer(1, 1e6)));
      const square = multiply(root, root);
      expect(exactSquareRoot(square)).toEqual(root);
      expect(exactSquareRoot({ n: square.n + 1n, d: 1n })).toBeUndefined();
    }
  });

  it("become the nearest double, even where top and bottom are beyond all doubles", () => {
    const next = random(3);
    for (let round = 0; round < 300; round++) {
      const value = next.real() * 10 ** next.integer(-200, 200);
      expect(toNumber(fromDecimal(String(value)))).toBe(value);
    }
    const huge = power(rational(10n), 900n);
    expect(toNumber(divide(multiply(huge, rational(3n)), multiply(huge, rational(4n))))).toBe(0.75);
    expect(toNumber(huge)).toBe(Number.POSITIVE_INFINITY);
  });

  it("are written as JavaScript writes doubles", () => {
    const next = random(4);
    for (let round = 0; round < 300; round++) {
      const value = Number((next.real() * 10 ** next.integer(-30, 30)).toPrecision(12));
      expect(Number(toSignificant(fromDecimal(String(value)), 15))).toBe(value);
    }
    expect(
      ["1e21", "123456789e12", "0.0000001", "0.00000001", "9.9996e2"].map((text) =>
        toSignificant(fromDecimal(text), 4),
      ),
    ).toEqual(["1e+21", "123500000000000000000", "0.0000001", "1e-8", "1000"]);
  });

  it("refuse to grow beyond a thousand digits, before doing the work", () => {
    expect(power(rational(2n), 3_000n).n).toBe(2n ** 3_000n);
    for (const [base, exponent] of [
      ["2", 4_000n],
      ["10", 1_100n],
      ["1.5", 10n ** 30n],
      ["0.5", -(10n ** 9n)],
    ] as const) {
      expect(() => power(fromDecimal(base), exponent)).toThrow(TooLargeError);
    }
    expect(() => fromDecimal("1e999999999")).toThrow(TooLargeError);
    expect(power(rational(-1n), 10n ** 30n + 1n)).toEqual(rational(-1n));
  });
});
