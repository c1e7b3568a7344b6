import { describe, expect, it } from "vitest";
import { earlierYouSaid, NOTHING_FOUND, smallTalkAnswer, toolFailed } from "../../../adapters/offline/phrases.ts";

describe("smallTalkAnswer", () => {
  it.each([
    "hello",
    "Hi!",
    "hey there",
    "Good morning, Agent T",
    "thanks",
    "Thank you so much!",
    "bye",
    "How are you?",
  ])("answers %j with a friendly sentence", (message) => {
    expect(smallTalkAnswer(message)).toMatch(/[.!?]$/);
  });

  it.each([
    "who are you?",
    "What are you?",
    "what's your name",
    "Are you an AI?",
    "are you a robot",
    "help",
    "What can you do?",
  ])("says who it is and what it is not when asked %j", (message) => {
    expect(smallTalkAnswer(message)).toContain("embedded answerer of Agent T");
    expect(smallTalkAnswer(message)).toContain("not a language model");
  });

  it("tells how to connect a model when asked for help", () => {
    expect(smallTalkAnswer("help")).toMatch(/OPENAI_API_KEY.*OPENAI_BASE_URL.*restart/);
  });

  it.each([
    "What is Cardano?",
    "hello world program",
    "help me with my wallet",
    "Hi, what is Cardano?",
    "thanks but why?",
  ])("leaves %j to the library", (message) => {
    expect(smallTalkAnswer(message)).toBeUndefined();
  });
});

describe("fixed sentences", () => {
  it("tell plainly that nothing was found and how to connect a model", () => {
    expect(NOTHING_FOUND).toMatch(/found nothing.*OPENAI_API_KEY.*OPENAI_BASE_URL.*OpenAI-compatible.*restart/);
  });

  it("quote what was said", () => {
    expect(earlierYouSaid("My name is Ada.")).toBe('Earlier you said: "My name is Ada."');
    expect(earlierYouSaid("x".repeat(5_000))).toMatch(/^Earlier you said: "x{500}…"$/);
  });

  it("name the tool that failed and why", () => {
    expect(toolFailed("token_analysis", "the chain is away.")).toBe(
      "The token analysis could not do this: the chain is away.",
    );
  });
});
