import { z } from "zod";
import { evaluateExpression } from "./expression.ts";
import { describeQuantity } from "./quantity.ts";
import type { Tool } from "./tool.ts";
import { parseToolArguments, toolParameters } from "./tool-arguments.ts";

const CalculatorArguments = z.object({
  expression: z
    .string()
    .min(1)
    .max(500)
    .describe("for example (1250 + 3.5%) * 12, 12.5% of 3480, 2^10 mod 7, sqrt(2), round(10/3, 2)"),
});

/** Arithmetic for the model, exact wherever fractions are. `=` marks an exact result, `≈` a rounded one. */
export const calculator: Tool = {
  declaration: {
    name: "calculator",
    description:
      "Computes an arithmetic expression exactly: + - * / ^, mod, percentages, parentheses, sqrt abs round floor ceil " +
      "min max ln log10 log2 exp sin cos tan (radians), pi, e. Use it for every calculation.",
    parameters: toolParameters(CalculatorArguments),
  },
  offeredTo: () => true,
  async run(_call, args) {
    const { expression } = parseToolArguments(CalculatorArguments, args);
    const { text, rounded } = describeQuantity(evaluateExpression(expression));
    return { text: `${expression.trim()} ${rounded ? "≈" : "="} ${text}` };
  },
};
