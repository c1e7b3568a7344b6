import { describe, expect, it } from "vitest";
import { calculator } from "../../../core/chat/calculator.ts";
import type { Call } from "../../../core/shared/call.ts";
import { type Random, random } from "../../support/random.ts";

const CALL: Call = {
  actor: { kind: "anonymous", address: "192.0.2.1" },
  requestId: "r1",
  signal: new AbortController().signal,
};

const calculate = async (expression: unknown): Promise<string> => (await calculator.run(CALL, { expression })).text;
const result = async (expression: string): Promise<string> =>
  (await calculate(expression)).slice(expression.length + 1);

describe("the calculator", () => {
  it("shows the expression with its result", async () => {
    expect(await calculate(" 12.5% of 3480 ")).toBe("12.5% of 3480 = 435");
  });

  it("is offered to everybody and declares its argument", () => {
    expect(calculator.offeredTo(CALL)).toBe(true);
    expect(calculator.declaration).toMatchObject({
      name: "calculator",
      parameters: { type: "object", required: ["expression"], properties: { expression: { type: "string" } } },
    });
  });

  it.each([
    ["0.1 + 0.2", "= 0.3"],
    ["10 / 3 * 3", "= 10"],
    ["2 + 3 * 4", "= 14"],
    ["(2 + 3) * 4", "= 20"],
    ["10 - 4 - 3", "= 3"],
    ["100 / 10 / 2", "= 5"],
    ["2 ^ 3 ^ 2", "= 512"],
    ["2 ** 10", "= 1024"],
    ["-2 ^ 2", "= -4"],
    ["2 ^ -2", "= 0.25"],
    ["--3", "= 3"],
    ["0 ^ 0", "= 1"],
    ["10 mod 3", "= 1"],
    ["-7 mod 3", "= 2"],
    ["5.5 mod 2", "= 1.5"],
    ["2^64 + 1", "= 18446744073709551617"],
    ["1 / 1024", "= 0.0009765625"],
    ["1e6 + 2.5e-1", "= 1000000.25"],
    ["100 × 3 ÷ 4 − 1", "= 74"],
    ["((((1))))", "= 1"],
  ])("computes %s", async (expression, expected) => {
    expect(await result(expression)).toBe(expected);
  });

  it.each([
    ["12.5% of 3480", "= 435"],
    ["12.5 % of 3480", "= 435"],
    ["10%", "= 0.1"],
    ["200 + 10%", "= 220"],
    ["200 - 10%", "= 180"],
    ["200 + -10%", "= 180"],
    ["200 * 10%", "= 20"],
    ["200 + 10% of 50", "= 205"],
    ["200 + 10% + 10%", "= 242"],
    ["50% + 10%", "= 0.6"],
    ["200 + (10%)", "= 200.1"],
    ["(40 + 60)%", "= 1"],
    ["50% of 10%", "= 0.05"],
    ["0.5 of 10", "= 5"],
  ])("takes %% as percent: %s", async (expression, expected) => {
    expect(await result(expression)).toBe(expected);
  });

  it.each([
    ["1,234.5 * 2", "= 2469"],
    ["1,234,567", "= 1234567"],
    ["1_000 + 1", "= 1001"],
    [".5 + 1", "= 1.5"],
    ["max(100,250)", "= 250"],
    ["max((1,234), 2)", "= 1234"],
    ["min(3, 1, 2)", "= 1"],
  ])("reads the numbers in %s", async (expression, expected) => {
    expect(await result(expression)).toBe(expected);
  });

  it.each([
    ["sqrt(16)", "= 4"],
    ["sqrt(9/4)", "= 1.5"],
    ["4 ^ 0.5", "= 2"],
    ["sqrt(2)", "≈ 1.4142135623731"],
    ["abs(-3.5)", "= 3.5"],
    ["round(2.5)", "= 3"],
    ["round(-2.5)", "= -3"],
    ["round(10/3, 2)", "= 3.33"],
    ["round(1250, -2)", "= 1300"],
    ["floor(-1.2)", "= -2"],
    ["ceil(1.2)", "= 2"],
    ["ln(e)", "≈ 1"],
    ["log10(1000)", "≈ 3"],
    ["log2(1/8)", "≈ -3"],
    ["exp(0)", "≈ 1"],
    ["sin(pi)", "≈ 0"],
    ["cos(pi)", "≈ -1"],
    ["tan(pi / 4)", "≈ 1"],
    ["SQRT(PI * 0)", "≈ 0"],
    ["pi", "≈ 3.14159265358979"],
    ["e", "≈ 2.71828182845905"],
    ["pi ^ 300", "≈ 1.39624557013297e+149"],
  ])("knows the function or constant in %s", async (expression, expected) => {
    expect(await result(expression)).toBe(expected);
  });

  it.each([
    ["1 / 3", "≈ 0.333333333333333"],
    ["2 / 3", "≈ 0.666666666666667"],
    ["10 ^ 50 / 3", "≈ 3.33333333333333e+49"],
    ["1 / 3 / 10 ^ 20", "≈ 3.33333333333333e-21"],
  ])("rounds %s to 15 significant digits and says so", async (expression, expected) => {
    expect(await result(expression)).toBe(expected);
  });

  it.each([
    ["1 / 0", "division by zero at position 3"],
    ["5 mod (2 - 2)", "division by zero at position 3"],
    ["0 ^ -1", "division by zero"],
    ["foo(1)", 'unknown word "foo" at position 1'],
    ["process.exit()", 'unexpected "." at position 8'],
    ["constructor", "unknown word"],
    ["10 % 3", 'unexpected "3" at position 6; % means percent, the remainder is written mod'],
    ["2 pi", 'unexpected "pi" at position 3'],
    ["(1 + 2", "a parenthesis is not closed, opened at position 1"],
    ["1 + 2)", 'unexpected ")" at position 6'],
    ["1 +", "it ends where a value is missing at position 4"],
    [" ", "it ends where a value is missing"],
    ["1 2", 'unexpected "2" at position 3'],
    ["$5", 'unexpected "$" at position 1'],
    ["1 + 😀", 'unexpected "😀" at position 5'],
    ["1,5", "unexpected comma"],
    ["12,34", "unexpected comma"],
    ["max(1,000, 2)", "a comma parts values here"],
    ["sqrt(1, 2)", "takes 1 value(s), not 2"],
    ["sqrt", "needs its value in parentheses"],
    ["sqrt(-1)", "not a real number"],
    ["(-8) ^ (1/3)", "not a real number"],
    ["ln(0)", "ln needs a number above 0"],
    ["tan(pi / 2)", "tan is not defined there"],
    ["round(1, 0.5)", "round takes a whole number"],
    ["9 ^ 9 ^ 9", "the number gets too large at position 3"],
    ["1e5000", "the number gets too large at position 1"],
    ["exp(1000)", "the result is too large"],
    ["(".repeat(100), "too deeply nested"],
    [`${"-".repeat(400)}1`, "too deeply nested"],
    [`${"2^".repeat(200)}1`, "too deeply nested"],
  ])("refuses %s and says why", async (expression, problem) => {
    await expect(calculate(expression)).rejects.toMatchObject({
      code: "invalid_input",
      reason: "invalid_expression",
      message: expect.stringContaining(problem),
    });
  });

  it.each([[{}], [{ expression: 4 }], [{ expression: "" }], [{ expression: "1".repeat(501) }], [null], ["1 + 1"]])(
    "refuses the arguments %j",
    async (args) => {
      await expect(calculator.run(CALL, args)).rejects.toMatchObject({
        code: "invalid_input",
        reason: "invalid_arguments",
      });
    },
  );
});

describe("random expressions", () => {
  it("of whole numbers come out as with BigInt", async () => {
    const next = random(11);
    for (let round = 0; round < 400; round++) {
      const { text, value } = wholeExpression(next, 4);
      expect(await calculate(text)).toBe(`${text} = ${value}`);
    }
  });

  it("with division come out as with doubles, up to the noise of doubles", async () => {
    const next = random(12);
    for (let round = 0; round < 400; round++) {
      const { text, value } = realExpression(next, 3);
      const [, shown] = (await calculate(text)).split(/ [=≈] /);
      expect(Math.abs(Number(shown) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-9 + 1e-9);
    }
  });

  it("of any characters end in a result or in an explanation", async () => {
    const next = random(13);
    const pieces = [
      "1",
      "20",
      ".5",
      "1,000",
      "+",
      "-",
      "*",
      "/",
      "^",
      "%",
      "(",
      ")",
      ",",
      " ",
      "of",
      "mod",
      "sqrt(",
      "max(",
      "pi",
      "e",
      "x",
      "é",
    ];
    for (let round = 0; round < 1_500; round++) {
      const text = Array.from({ length: next.integer(1, 14) }, () => next.pick(pieces)).join("");
      const outcome = await calculate(text).catch((error: unknown) => error);
      if (typeof outcome !== "string") expect(outcome).toMatchObject({ reason: "invalid_expression" });
    }
  });
});

function wholeExpression(next: Random, depth: number): { text: string; value: bigint } {
  if (depth === 0 || next.real() < 0.2) {
    const value = BigInt(next.integer(0, 999_999));
    return { text: value.toString(), value };
  }
  const left = wholeExpression(next, depth - 1);
  const right = wholeExpression(next, depth - 1);
  const text = (sign: string): string => `(${left.text}) ${sign} (${right.text})`;
  if (next.real() < 0.1) return { text: `-(${left.text}) ^ 3`, value: -(left.value ** 3n) };
  switch (next.pick(["+", "-", "*"])) {
    case "+":
      return { text: text("+"), value: left.value + right.value };
    case "-":
      return { text: text("-"), value: left.value - right.value };
    default:
      return { text: text("*"), value: left.value * right.value };
  }
}

// Sums, products and quotients of positive numbers lose next to nothing in doubles.
function realExpression(next: Random, depth: number): { text: string; value: number } {
  if (depth === 0) {
    const value = next.integer(1, 99_999) / 100;
    return { text: String(value), value };
  }
  const left = realExpression(next, depth - 1);
  const right = realExpression(next, depth - 1);
  switch (next.pick(["+", "*", "/"])) {
    case "+":
      return { text: `(${left.text} + ${right.text})`, value: left.value + right.value };
    case "*":
      return { text: `(${left.text} * ${right.text})`, value: left.value * right.value };
    default:
      return { text: `(${left.text} / ${right.text})`, value: left.value / right.value };
  }
}
