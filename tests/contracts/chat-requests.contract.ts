import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../core/chat/answer.ts";
import type { ChatRequestClaim, ChatRequests, Conversations } from "../../core/chat/ports.ts";
import { anAnswer } from "../support/chat.ts";

export interface ChatRequestsSubject {
  requests: ChatRequests;
  /** Where answers are kept from. */
  conversations: Conversations;
  /** Lets a claim or a kept answer run out. */
  expire(owner: string, requestId: string): Promise<void>;
  close?: () => Promise<void>;
}

const MINUTE_MS = 60_000;
const OWNER = "key:1";

/** What every store of request ids promises. Each test has an id of its own, so one store serves all. */
export function describeChatRequests(name: string, make: () => Promise<ChatRequestsSubject>): void {
  describe(`${name} as ChatRequests`, () => {
    let subject: ChatRequestsSubject;
    let id: string;
    let made = 0;

    beforeAll(async () => {
      subject = await make();
    });

    beforeEach(() => {
      id = `request-${++made}`;
    });

    afterAll(async () => {
      await subject.close?.();
    });

    const claim = (holder: string, digest = "digest", owner = OWNER): Promise<ChatRequestClaim> =>
      subject.requests.claim(owner, id, digest, holder, MINUTE_MS);
    const keep = async (holder: string, answer: Answer): Promise<void> => {
      const key = { owner: OWNER, sessionId: id };
      await subject.conversations.claim(key, holder, MINUTE_MS, 0);
      const turn = { seq: 1, userText: "q", replyText: "a", modelTokens: 1, at: new Date("2026-11-22T12:00:00Z") };
      await subject.conversations.saveTurn(key, holder, turn, { requestId: id, answer });
    };

    it("is fresh for the first, and running for whoever repeats it", async () => {
      expect(await claim("a")).toEqual({ state: "fresh" });
      expect(await claim("b")).toEqual({ state: "running" });
      expect(await claim("a")).toEqual({ state: "running" });
    });

    it("is fresh for exactly one of many who send it at once", async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => claim(`holder-${n}`)));
      expect(claims.filter(({ state }) => state === "fresh")).toHaveLength(1);
      expect(claims.filter(({ state }) => state === "running")).toHaveLength(19);
    });

    it("tells another body from a repeat, while it runs and once it is answered", async () => {
      await claim("a");
      expect(await claim("b", "other digest")).toEqual({ state: "other-body" });
      await keep("a", anAnswer());
      expect(await claim("b", "other digest")).toEqual({ state: "other-body" });
    });

    it("is one owner's: another's equal id is fresh", async () => {
      await claim("a");
      expect(await claim("b", "other digest", "key:2")).toEqual({ state: "fresh" });
    });

    it("gives the kept answer to each repeat", async () => {
      await claim("a");
      const answer = anAnswer({ reply: "the answer" });
      await keep("a", answer);
      for (const holder of ["b", "a"]) expect(await claim(holder)).toEqual({ state: "answered", answer });
    });

    it("keeps an answer of any content as it was", async () => {
      await claim("a");
      const odd = "\u0000 \u0001 \u2028 \ud800 lone 😀 漢 ' \" \\ \\u0000";
      const answer = anAnswer({
        reply: odd,
        replyJson: { [odd]: [odd, null, 1e21, -0.5, { deep: [[[]]] }], "": {} },
        tools: [{ name: "calculator", ok: false, ms: 12 }],
        sources: [{ kind: "document", title: odd, ref: "docs/guide" }],
        reasoning: null,
        usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
        requestId: id,
      });
      await keep("a", answer);
      expect(await claim("b")).toEqual({ state: "answered", answer });
    });

    it("is fresh again once it was forgotten, even with another body", async () => {
      await claim("a");
      await subject.requests.release(OWNER, id, "a");
      expect(await claim("b", "other digest")).toEqual({ state: "fresh" });
    });

    it("is forgotten for its holder alone, and only while it runs", async () => {
      await claim("a");
      await subject.requests.release(OWNER, id, "b");
      expect(await claim("b")).toEqual({ state: "running" });
      const answer = anAnswer();
      await keep("a", answer);
      await subject.requests.release(OWNER, id, "a");
      expect(await claim("b")).toEqual({ state: "answered", answer });
    });

    it("is fresh again when its claim ran out, and then the late holder has no say", async () => {
      await claim("a");
      await subject.expire(OWNER, id);
      expect(await claim("b", "other digest")).toEqual({ state: "fresh" });
      await subject.requests.renew(OWNER, id, "a", MINUTE_MS);
      await subject.requests.release(OWNER, id, "a");
      await keep("a", anAnswer());
      expect(await claim("c", "other digest")).toEqual({ state: "running" });
    });

    it("can be renewed by its holder", async () => {
      await subject.requests.claim(OWNER, id, "digest", "a", MINUTE_MS);
      await subject.expire(OWNER, id);
      await subject.requests.renew(OWNER, id, "a", MINUTE_MS);
      expect(await claim("b")).toEqual({ state: "running" });
    });

    it("cannot be renewed by anybody else", async () => {
      await claim("a");
      await subject.expire(OWNER, id);
      await subject.requests.renew(OWNER, id, "b", MINUTE_MS);
      expect(await claim("b")).toEqual({ state: "fresh" });
    });

    it("is fresh again when its kept answer is too old", async () => {
      await claim("a");
      await keep("a", anAnswer());
      await subject.expire(OWNER, id);
      expect(await claim("b", "other digest")).toEqual({ state: "fresh" });
    });

    it("erases what ran out, says how many, and leaves the others alone", async () => {
      const { requests, expire } = subject;
      await requests.deleteExpired();
      for (const one of ["old-1", "old-2", "young"]) await requests.claim(OWNER, one, "digest", "a", MINUTE_MS);
      await expire(OWNER, "old-1");
      await expire(OWNER, "old-2");
      expect(await requests.deleteExpired()).toBe(2);
      expect(await requests.deleteExpired()).toBe(0);
      expect(await requests.claim(OWNER, "young", "digest", "b", MINUTE_MS)).toEqual({ state: "running" });
    });
  });
}
