import { describe, expect, it } from "vitest";
import { calculationIn } from "../../../adapters/offline/arithmetic.ts";
import { evaluateExpression } from "../../../core/chat/expression.ts";
import { describeQuantity } from "../../../core/chat/quantity.ts";

describe("calculationIn", () => {
  it.each([
    ["what is 12.5 % of 3480?", "12.5% of 3480", "435"],
    ["12*(3+4)", "12*(3+4)", "84"],
    ["what's 15% of 80 plus 3?", "15% of 80 + 3", "15"],
    ["Please calculate 3 x 4.", "3*4", "12"],
    ["How much is 20 percent of $50?", "20% of 50", "10"],
    ["Hi! What's 2+2?", "2+2", "4"],
    ["(1 + 2) ^ 3 =", "(1 + 2) ^ 3", "27"],
    ["what is the square root of 144 divided by 3", "sqrt(144) / 3", "4"],
    ["what is 7 squared minus 1?", "7^2 - 1", "48"],
    ["5 to the power of 3", "5 ^ 3", "125"],
    ["1,250.50 * 2", "1,250.50 * 2", "2501"],
    ["max(3, 9) - min(4, 2)", "max(3, 9) - min(4, 2)", "7"],
    ["I have 40 ada. What is 40 / 8?", "40 / 8", "5"],
    ["what is 5% of 1200 ada?", "5% of 1200", "60"],
    ["-3 + 5", "-3 + 5", "2"],
  ])("reads %j as %j", (message, expression, value) => {
    const found = calculationIn(message);
    expect(found?.expression.replace(/\s+/g, " ")).toBe(expression);
    expect(describeQuantity(evaluateExpression(found?.expression ?? "")).text).toBe(value);
  });

  it("keeps the words of the message for showing", () => {
    expect(calculationIn("Please, what is 12.5 % of 3480?")?.shown).toBe("12.5 % of 3480");
  });

  it("reads a root as a function of the calculator", () => {
    expect(calculationIn("sqrt(2)")?.expression).toBe("sqrt(2)");
  });

  it("leaves what cannot be computed to the calculator to say", () => {
    expect(calculationIn("what is 1/0?")?.expression).toBe("1/0");
  });

  it.each([
    "What is Cardano?",
    "42",
    "What is 42?",
    "2024-11-22",
    "What is 22.11.2024?",
    "call me at 555 1234 - 5",
    "How many ada are in 2 + 2 pools today?",
    "e",
    "What is an epoch of 5 days?",
    "x + y",
    "process.exit(1)",
    "C++",
    "",
    "?",
  ])("sees no calculation in %j", (message) => {
    expect(calculationIn(message)).toBeUndefined();
  });

  it("is not held up by long messages made to be slow", () => {
    for (const piece of ["1", "(", "what is ", " ", "=", "1 x ", "%"]) {
      expect(() => calculationIn(piece.repeat(30_000 / piece.length))).not.toThrow();
    }
  });
});
