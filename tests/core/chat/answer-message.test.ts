import { beforeEach, describe, expect, it } from "vitest";
import { AnswerMessage } from "../../../core/chat/answer-message.ts";
import { modelUnavailable } from "../../../core/chat/run-rounds.ts";
import { ends, says } from "../../fakes/scripted-language-model.ts";
import { aCall, anInput, OWNER, openChat } from "../../support/chat.ts";

const REQUEST = { id: "once", digest: "digest" };

let chat: ReturnType<typeof openChat>;
let answerMessage: AnswerMessage;
beforeEach(() => {
  chat = openChat();
  answerMessage = new AnswerMessage({ streamAnswer: chat.streamAnswer });
});

describe("a message answered in one piece", () => {
  it("gets the whole answer, which is then remembered and counted", async () => {
    chat.model.next(says("Cardano is "), says("a blockchain."), ends());
    const { answer, replayed } = await answerMessage.execute(aCall(), anInput());
    expect(answer).toMatchObject({ reply: "Cardano is a blockchain.", sessionId: "s1", model: "scripted-1" });
    expect(replayed).toBe(false);
    expect(await chat.conversations.listTurns(chat.key, 0, 10)).toHaveLength(1);
    expect(chat.usage.drain()).toHaveLength(1);
  });

  it("asks the model for the answer in one piece", async () => {
    await answerMessage.execute(aCall(), anInput());
    expect(chat.model.requests[0]?.streamed).toBe(false);
  });

  it("is told when the answer is a kept one", async () => {
    const first = await answerMessage.execute(aCall(), anInput({ request: REQUEST }));
    const again = await answerMessage.execute(aCall(), anInput({ request: REQUEST }));
    expect(again).toEqual({ answer: first.answer, replayed: true });
  });

  it("gets a structured answer mended", async () => {
    chat.model.next(says("no JSON at all"));
    chat.model.next(says('Here: {"n":5}'));
    const input = anInput({ output: "structured", outputSchema: { type: "object", required: ["n"] } });
    const { answer } = await answerMessage.execute(aCall(), input);
    expect(answer).toMatchObject({ reply: 'Here: {"n":5}', replyJson: { n: 5 } });
    expect((await chat.conversations.listTurns(chat.key, 0, 1))[0]?.replyText).toBe('Here: {"n":5}');
  });

  it("fails as the model fails, though it had spoken already", async () => {
    chat.model.next(says("half an ans"), modelUnavailable());
    await expect(answerMessage.execute(aCall(), anInput())).rejects.toMatchObject({ reason: "model_unavailable" });
    expect(await chat.conversations.listTurns(chat.key, 0, 10)).toEqual([]);
  });

  it.each([
    ["a model that hangs", ["hang"] as const],
    [
      "a model that never comes to an end",
      Array.from({ length: 200 }, () => [says("word "), { pauseMs: 1_000 }]).flat(),
    ],
  ])("waits 90 s for %s, then says so and leaves no trace", async (_name, steps) => {
    chat.model.next(...steps);
    const failed = answerMessage.execute(aCall(), anInput({ request: REQUEST })).catch((error: unknown) => error);
    await chat.clock.advance(90_000);
    expect(await failed).toMatchObject({
      code: "timeout",
      message: "no answer within 90 s; use POST /background/create for long work",
    });
    expect(chat.conversations.holderOf(chat.key)).toBeUndefined();
    expect(chat.usage.drain()).toEqual([]);
    expect(await chat.requests.claim(OWNER, "once", "other", "somebody", 1_000)).toEqual({ state: "fresh" });
  });
});
