import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LanguageModel, ModelEvent, ModelRequest } from "../../core/chat/ports.ts";
import { AbortedError } from "../../core/shared/errors.ts";

interface Subject {
  model: LanguageModel;
  close?: () => Promise<void>;
}

const QUESTION = "What is Cardano?";

function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    use: "default",
    system: "You are a helpful assistant.",
    messages: [{ role: "user", text: QUESTION }],
    tools: [],
    output: { kind: "text" },
    streamed: true,
    maxTokens: 256,
    ...changes,
  };
}

/** What every language model promises; `make` gives one that answers any question with some text. */
export function describeLanguageModel(name: string, make: () => Promise<Subject>): void {
  describe(`${name} as a LanguageModel`, () => {
    let subject: Subject;

    beforeEach(async () => {
      subject = await make();
    });

    afterEach(async () => {
      await subject.close?.();
    });

    const eventsOf = async (asked: ModelRequest, signal = new AbortController().signal): Promise<ModelEvent[]> => {
      const events: ModelEvent[] = [];
      for await (const event of subject.model.answer(asked, signal)) events.push(event);
      return events;
    };
    const textOf = (events: ModelEvent[]): string =>
      events.map((event) => (event.type === "text" ? event.text : "")).join("");

    it("says who answers", async () => {
      const profile = await subject.model.profile("default");
      expect(profile.provider).not.toBe("");
      expect(profile.model).not.toBe("");
    });

    it("answers with text whose pieces join", async () => {
      const events = await eventsOf(request());
      expect(textOf(events).trim()).not.toBe("");
      expect(events.every((event) => event.type !== "text" || event.text !== "")).toBe(true);
    });

    it("ends exactly once, as the last event, and names the model", async () => {
      const events = await eventsOf(request());
      expect(events.filter((event) => event.type === "end")).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ type: "end", reason: "stop", model: expect.stringMatching(/./) });
    });

    it("takes a conversation's earlier turns", async () => {
      const earlier: ModelRequest["messages"] = [
        { role: "user", text: "Remember the number 7." },
        { role: "assistant", text: "I will." },
      ];
      const events = await eventsOf(request({ messages: [...earlier, { role: "user", text: QUESTION }] }));
      expect(textOf(events).trim()).not.toBe("");
    });

    it("takes the results of tools it called", async () => {
      const messages: ModelRequest["messages"] = [
        { role: "user", text: "What is 2 + 2?" },
        { role: "assistant", text: "", toolCalls: [{ id: "c1", name: "calculator", args: '{"expression":"2+2"}' }] },
        { role: "tool", toolCallId: "c1", name: "calculator", text: "4" },
      ];
      expect((await eventsOf(request({ messages }))).at(-1)).toMatchObject({ type: "end" });
    });

    it("takes tools it has never seen", async () => {
      const tools = [{ name: "moon_phase", description: "Phase of the moon", parameters: { type: "object" } }];
      expect((await eventsOf(request({ tools }))).at(-1)).toMatchObject({ type: "end" });
    });

    it("answers when JSON is asked for", async () => {
      const schema = { type: "object", properties: { answer: { type: "string" } } };
      expect((await eventsOf(request({ output: { kind: "json", schema } }))).at(-1)).toMatchObject({ type: "end" });
    });

    it("says nothing for a caller who has left already", async () => {
      const answer = subject.model.answer(request(), AbortSignal.abort())[Symbol.asyncIterator]();
      await expect(answer.next()).rejects.toBeInstanceOf(AbortedError);
    });

    it("stops with AbortedError when its caller leaves in the middle", async () => {
      const caller = new AbortController();
      const seen: ModelEvent[] = [];
      const reading = (async () => {
        for await (const event of subject.model.answer(request(), caller.signal)) {
          seen.push(event);
          caller.abort();
        }
      })();
      await expect(reading).rejects.toBeInstanceOf(AbortedError);
      expect(seen).toHaveLength(1);
    });

    it("answers several callers at once, each with a whole answer", async () => {
      const answers = await Promise.all([request(), request(), request()].map((one) => eventsOf(one)));
      for (const events of answers) expect(events.at(-1)).toMatchObject({ type: "end", reason: "stop" });
    });
  });
}
