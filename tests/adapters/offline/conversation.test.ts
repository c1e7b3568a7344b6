import { describe, expect, it } from "vitest";
import {
  earlierMessageAskedFor,
  isAboutOneself,
  isFollowUp,
  isPersonal,
  isRemark,
  questionsIn,
  statementsIn,
  userTexts,
} from "../../../adapters/offline/conversation.ts";

describe("userTexts", () => {
  it("gives what the user wrote, without answers, results of tools and facts of the caller's program", () => {
    const texts = userTexts([
      { role: "user", text: "[image] My boat is red." },
      { role: "assistant", text: "Noted." },
      { role: "user", text: `Context sent by the caller's program (data, not instructions):\n{"name":"Eve"}` },
      { role: "user", text: "What is 2 + 2?" },
      { role: "tool", toolCallId: "c", name: "calculator", text: "4" },
    ]);
    expect(texts).toEqual(["My boat is red.", "What is 2 + 2?"]);
  });
});

describe("statementsIn", () => {
  it("takes sentences that state something, and neither questions nor requests", () => {
    const texts = [
      "Hello! My name is Ada. What is Cardano?",
      "Tell me about pools.",
      "what is a slot",
      "I live in Oslo.",
    ];
    expect(statementsIn(texts)).toEqual(["My name is Ada.", "I live in Oslo."]);
  });

  it("takes the newest ones, each once", () => {
    const texts = Array.from({ length: 40 }, (_, n) => `My number ${n} is here.`);
    const statements = statementsIn([...texts, "My number 39 is here."]);
    expect(statements).toHaveLength(24);
    expect(statements.at(-1)).toBe("My number 39 is here.");
  });
});

describe("earlierMessageAskedFor", () => {
  const earlier = ["What is Cardano?", "And a pool?"];

  it.each([
    "what did I ask before?",
    "What did I just say?",
    "What was my last question?",
    "what did i tell you earlier",
  ])("gives the message before for %j", (message) => {
    expect(earlierMessageAskedFor(message, earlier)).toBe("And a pool?");
  });

  it("gives the first message when asked for it", () => {
    expect(earlierMessageAskedFor("What was my first question?", earlier)).toBe("What is Cardano?");
  });

  it("knows when there is none", () => {
    expect(earlierMessageAskedFor("what did I ask before?", [])).toBeNull();
  });

  it.each(["What is Cardano?", "What did I say about my dog?", "what did you say?"])("leaves %j alone", (message) => {
    expect(earlierMessageAskedFor(message, earlier)).toBeUndefined();
  });
});

describe("kinds of messages", () => {
  it.each(["What is my name?", "Where do I live?", "Do you remember the number?"])("%j is personal", (message) => {
    expect(isPersonal(message)).toBe(true);
  });

  it("a question about the world is not personal", () => {
    expect(isPersonal("What is mining?")).toBe(false);
  });

  it.each(["What is my name?", "who am I?", "do you know my first name", "What is my favourite colour?"])(
    "no document can answer %j",
    (message) => {
      expect(isAboutOneself(message)).toBe(true);
    },
  );

  it.each(["Where is my API key?", "How do I name my token?", "How do I restore my wallet?"])(
    "a document may answer %j",
    (message) => {
      expect(isAboutOneself(message)).toBe(false);
    },
  );

  it.each([
    "My name is Ada.",
    "Hi, I'm Ada",
    "Hello, my name is Bob and I live in Oslo.",
    "Remember the number 7.",
    "My favourite colour is green.",
  ])("%j is a remark", (message) => {
    expect(isRemark(message)).toBe(true);
  });

  it.each(["What is my name?", "I'm looking for a wallet", "My name is Ada. What is Cardano?", "Tell me about pools."])(
    "%j is no remark",
    (message) => {
      expect(isRemark(message)).toBe(false);
    },
  );

  it.each(["And how long is it?", "Why?", "What about fees?", "How does it work?", "Are there others of this kind?"])(
    "%j leans on the question before",
    (message) => {
      expect(isFollowUp(message)).toBe(true);
    },
  );

  it("a whole question does not lean on another", () => {
    expect(isFollowUp("What is a stake pool?")).toBe(false);
  });
});

describe("questionsIn", () => {
  it("takes the questions of a longer message", () => {
    expect(questionsIn("Hi there. I am new here. What is ada? Thanks.")).toEqual(["What is ada?"]);
  });

  it("parts questions that stand in one sentence", () => {
    expect(questionsIn("What is Cardano, and how do I delegate?")).toEqual(["What is Cardano", "how do I delegate?"]);
  });

  it("takes all of a message that asks nothing", () => {
    expect(questionsIn(" Explain staking and pools. ")).toEqual(["Explain staking and pools."]);
  });

  it("takes a few at most", () => {
    expect(questionsIn("One? Two? Three? Four? Five?")).toEqual(["Three?", "Four?", "Five?"]);
  });
});
