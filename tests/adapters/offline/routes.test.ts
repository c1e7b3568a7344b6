import { describe, expect, it } from "vitest";
import { TOOL_ROUTES } from "../../../adapters/offline/routes.ts";

const POLICY_ID = "279c909f348e533da5808898f87f9a14bb2c3dfbbacccd631d927a3f";
const route = (tool: string) => {
  const found = TOOL_ROUTES.find((one) => one.tool === tool);
  if (found === undefined) throw new Error(`no route to ${tool}`);
  return found;
};

describe("the route to the calculator", () => {
  const calculator = route("calculator");

  it("passes on an expression", () => {
    expect(calculator.argumentsFor("what is 12.5 % of 3480?")).toEqual({ expression: "12.5% of 3480" });
    expect(calculator.argumentsFor("What is Cardano?")).toBeUndefined();
  });

  it("says the result in the words of the question", () => {
    expect(calculator.reply("what is 12.5 % of 3480?", "12.5% of 3480 = 435")).toBe("12.5 % of 3480 = 435.");
    expect(calculator.reply("sqrt(2)?", "sqrt(2) ≈ 1.414")).toBe("sqrt(2) ≈ 1.414.");
    expect(calculator.reply("What is 2 + 2?", "4")).toBe("2 + 2 = 4.");
  });
});

describe("the route to the token analysis", () => {
  const tokens = route("token_analysis");

  it.each([
    ["analyze SNEK", "SNEK"],
    ["Analyse the token hosky", "hosky"],
    ["is $SNEK risky?", "SNEK"],
    ["Is NIGHT a scam?", "NIGHT"],
    ["What are the risks of MIN?", "MIN"],
    ["check $iUSD for me", "iUSD"],
  ])("reads %j as a question about %s", (message, token) => {
    expect(tokens.argumentsFor(message)).toEqual({ token });
  });

  it("passes on a policy id", () => {
    const expected = { token: "SNEK", policyId: POLICY_ID };
    expect(tokens.argumentsFor(`analyze SNEK ${POLICY_ID}`)).toEqual(expected);
    expect(tokens.argumentsFor(`Is ${POLICY_ID.toUpperCase()} ($SNEK) safe?`)).toEqual(expected);
  });

  it.each([
    "What are the risks of tokens?",
    "analyze my data",
    "Is it safe?",
    "Please check whether the API returns JSON.",
    "What is SNEK?",
    "How do I check my balance?",
  ])("does not take %j for one", (message) => {
    expect(tokens.argumentsFor(message)).toBeUndefined();
  });

  it("replies with the tool's own text", () => {
    expect(tokens.reply("analyze SNEK", "Risk score 12 of 100.")).toBe("Risk score 12 of 100.");
  });
});
