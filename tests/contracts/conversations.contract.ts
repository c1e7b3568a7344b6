import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatRequests, ClaimedConversation, ConversationKey, Conversations, Turn } from "../../core/chat/ports.ts";
import { anAnswer } from "../support/chat.ts";

export interface ConversationsSubject {
  conversations: Conversations;
  requests: ChatRequests;
  /** Lets the claim on a conversation run out. */
  expire(key: ConversationKey): Promise<void>;
  close?: () => Promise<void>;
}

const MINUTE_MS = 60_000;
const PLENTY = 1_000_000;
const AT = new Date("2026-11-22T12:00:00Z");
const BUSY = { code: "conflict", reason: "session_busy", retryAfterSeconds: 2 };

/** What every store of conversations promises. Each test has a conversation of its own, so one store serves all. */
export function describeConversations(name: string, make: () => Promise<ConversationsSubject>): void {
  describe(`${name} as Conversations`, () => {
    let subject: ConversationsSubject;
    let key: ConversationKey;
    let made = 0;

    beforeAll(async () => {
      subject = await make();
    });

    beforeEach(() => {
      key = { owner: "key:1", sessionId: `session ${++made}` };
    });

    afterAll(async () => {
      await subject.close?.();
    });

    const turn = (seq: number, changes: Partial<Turn> = {}): Turn => ({
      ...{ seq, userText: `question ${seq}`, replyText: `answer ${seq}`, modelTokens: 10 },
      ...changes,
    });
    const claim = (holder: string, budget = PLENTY, of = key): Promise<ClaimedConversation | undefined> =>
      subject.conversations.claim(of, holder, MINUTE_MS, budget);
    const save = (holder: string, one: Turn, at = AT, of = key): Promise<void> =>
      subject.conversations.saveTurn(of, holder, { ...one, at }, undefined);
    /** Claims, saves, and does so again for each turn. */
    const talk = async (turns: Turn[], of = key): Promise<void> => {
      for (const one of turns) {
        await claim("talker", PLENTY, of);
        await save("talker", one, AT, of);
      }
    };
    const stored = (of = key): Promise<Turn[]> => subject.conversations.listTurns(of, 0, 1_000);
    /** What is remembered, looked at without keeping the claim. */
    const seen = async (budget = PLENTY, of = key): Promise<ClaimedConversation> => {
      const memory = await claim("reader", budget, of);
      if (memory === undefined) throw new Error("the conversation is held");
      await subject.conversations.release(of, "reader");
      return memory;
    };

    describe("a claim", () => {
      it("of a conversation nobody has begun is empty", async () => {
        const empty = { summary: undefined, lastSeq: 0, summarySeq: 0, turns: [], overflows: false };
        expect(await claim("a")).toEqual(empty);
        expect(await stored()).toEqual([]);
      });

      it("is given to one holder, and to the next when it is given back", async () => {
        expect(await claim("a")).toBeDefined();
        expect(await claim("b")).toBeUndefined();
        await subject.conversations.release(key, "b");
        expect(await claim("b")).toBeUndefined();
        await subject.conversations.release(key, "a");
        expect(await claim("b")).toBeDefined();
      });

      it("is given to its holder again", async () => {
        await claim("a");
        expect(await claim("a")).toBeDefined();
        expect(await claim("b")).toBeUndefined();
      });

      it("is given to exactly one of many who ask at once", async () => {
        const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => claim(`holder-${n}`)));
        expect(claims.filter((memory) => memory !== undefined)).toHaveLength(1);
      });

      it("holds one conversation: another session and another owner's equal session id are free", async () => {
        await claim("a");
        expect(await claim("b", PLENTY, { ...key, sessionId: `${key.sessionId}.` })).toBeDefined();
        expect(await claim("b", PLENTY, { ...key, owner: "key:2" })).toBeDefined();
      });

      it("can be renewed by its holder alone, and only while it lasts", async () => {
        const { conversations } = subject;
        await claim("a");
        expect(await conversations.renew(key, "a", MINUTE_MS)).toBe(true);
        expect(await conversations.renew(key, "b", MINUTE_MS)).toBe(false);
        await subject.expire(key);
        expect(await conversations.renew(key, "a", MINUTE_MS)).toBe(false);
        expect(await claim("b")).toBeDefined();
        expect(await conversations.renew(key, "a", MINUTE_MS)).toBe(false);
      });

      it("that ran out is free for the next, whose claim the late holder cannot give back", async () => {
        await claim("a");
        await subject.expire(key);
        expect(await claim("b")).toBeDefined();
        await subject.conversations.release(key, "a");
        expect(await claim("c")).toBeUndefined();
      });

      it("that was never made cannot be given back or renewed, and nobody minds", async () => {
        await subject.conversations.release(key, "a");
        expect(await subject.conversations.renew(key, "a", MINUTE_MS)).toBe(false);
        expect(await claim("b")).toBeDefined();
      });
    });

    describe("saving a turn", () => {
      it("keeps it, gives the claim back, and shows it to the next", async () => {
        await claim("a");
        await save("a", turn(1));
        expect(await claim("b")).toMatchObject({ lastSeq: 1, turns: [turn(1)], overflows: false });
        await save("b", turn(2));
        expect(await claim("a")).toMatchObject({ lastSeq: 2, turns: [turn(1), turn(2)] });
      });

      it("without a claim is refused and writes nothing", async () => {
        await expect(save("a", turn(1))).rejects.toMatchObject(BUSY);
        await claim("a");
        await expect(save("b", turn(1))).rejects.toMatchObject(BUSY);
        expect(await stored()).toEqual([]);
        await save("a", turn(1));
        expect(await stored()).toEqual([turn(1)]);
      });

      it("twice under one claim is refused the second time", async () => {
        await claim("a");
        await save("a", turn(1));
        await expect(save("a", turn(2))).rejects.toMatchObject(BUSY);
        expect(await stored()).toEqual([turn(1)]);
      });

      it("after the claim ran out is refused, be it taken by another or not", async () => {
        await claim("a");
        await subject.expire(key);
        await expect(save("a", turn(1))).rejects.toMatchObject(BUSY);
        await claim("b");
        await expect(save("a", turn(1))).rejects.toMatchObject(BUSY);
        await save("b", turn(1, { userText: "from b" }));
        expect(await stored()).toEqual([turn(1, { userText: "from b" })]);
      });

      it.each([1, 2, 4])(
        "with number %i after 2 turns is refused: turns have no gaps and are never replaced",
        async (seq) => {
          await talk([turn(1), turn(2)]);
          await claim("a");
          await expect(save("a", turn(seq, { userText: "wrong" }))).rejects.toMatchObject(BUSY);
          expect(await stored()).toEqual([turn(1), turn(2)]);
          expect(await seen()).toMatchObject({ lastSeq: 2 });
        },
      );

      it("keeps texts of any kind as they were given", async () => {
        const userText =
          "é 漢字 😀 \u2028\u2029 \ufeff \u0001\u001f\t\r\n 'quoted' \"double\" \\u0000 \\ %s $1 {} null";
        await talk([turn(1, { userText, replyText: "" }), turn(2, { userText: "x".repeat(100_000) })]);
        expect((await seen()).turns).toEqual([
          turn(1, { userText, replyText: "" }),
          turn(2, { userText: "x".repeat(100_000) }),
        ]);
        expect(await stored()).toEqual((await seen()).turns);
      });

      it("shows an owner's turns to nobody else with the same session id", async () => {
        await talk([turn(1)]);
        const other = { ...key, owner: "key:2" };
        expect((await seen(PLENTY, other)).turns).toEqual([]);
        await talk([turn(1, { userText: "theirs" })], other);
        expect((await seen()).turns).toEqual([turn(1)]);
      });
    });

    describe("saving a turn with a request", () => {
      const answer = anAnswer({ reply: "kept" });

      it("keeps the answer in the same step", async () => {
        await subject.requests.claim(key.owner, key.sessionId, "digest", "a", MINUTE_MS);
        await claim("a");
        await subject.conversations.saveTurn(key, "a", { ...turn(1), at: AT }, { requestId: key.sessionId, answer });
        expect(await stored()).toEqual([turn(1)]);
        const repeat = await subject.requests.claim(key.owner, key.sessionId, "digest", "b", MINUTE_MS);
        expect(repeat).toEqual({ state: "answered", answer });
      });

      it("keeps no answer when the turn is refused", async () => {
        await subject.requests.claim(key.owner, key.sessionId, "digest", "a", MINUTE_MS);
        const request = { requestId: key.sessionId, answer };
        const saved = subject.conversations.saveTurn(key, "a", { ...turn(1), at: AT }, request);
        await expect(saved).rejects.toMatchObject(BUSY);
        const repeat = await subject.requests.claim(key.owner, key.sessionId, "digest", "b", MINUTE_MS);
        expect(repeat).toEqual({ state: "running" });
      });

      it("does not touch a request that another holder has claimed since", async () => {
        await subject.requests.claim(key.owner, key.sessionId, "digest", "other", MINUTE_MS);
        await claim("a");
        await subject.conversations.saveTurn(key, "a", { ...turn(1), at: AT }, { requestId: key.sessionId, answer });
        const repeat = await subject.requests.claim(key.owner, key.sessionId, "digest", "b", MINUTE_MS);
        expect(repeat).toEqual({ state: "running" });
      });
    });

    describe("the window", () => {
      const five = [1, 2, 3, 4, 5].map((seq) => turn(seq, { modelTokens: seq * 10 }));

      it.each([
        [150, [1, 2, 3, 4, 5], false],
        [149, [2, 3, 4, 5], true],
        [120, [3, 4, 5], true],
        [119, [4, 5], true],
        [50, [5], true],
        [49, [], true],
        [0, [], true],
      ])("of %i tokens holds the newest turns that fit, oldest first", async (budget, seqs, overflows) => {
        await talk(five);
        const memory = await seen(budget);
        expect(memory.turns.map(({ seq }) => seq)).toEqual(seqs);
        expect(memory).toMatchObject({ lastSeq: 5, overflows });
      });

      it("ends at the first turn that does not fit, though an older one would", async () => {
        await talk([turn(1, { modelTokens: 1 }), turn(2, { modelTokens: 100 }), turn(3, { modelTokens: 10 })]);
        expect((await seen(50)).turns.map(({ seq }) => seq)).toEqual([3]);
      });

      it("begins after what the summary covers", async () => {
        await talk(five);
        await subject.conversations.saveSummary(key, "what was said", 0, 3);
        const summary = { summary: "what was said", summarySeq: 3, lastSeq: 5 };
        expect(await seen()).toEqual({ ...summary, turns: five.slice(3), overflows: false });
        expect(await seen(50)).toEqual({ ...summary, turns: five.slice(4), overflows: true });
        await subject.conversations.saveSummary(key, "all of it", 3, 5);
        expect(await seen(0)).toEqual({ summary: "all of it", summarySeq: 5, lastSeq: 5, turns: [], overflows: false });
      });
    });

    describe("a summary", () => {
      it("is replaced only by one that follows from it", async () => {
        await talk([turn(1), turn(2), turn(3)]);
        await subject.conversations.saveSummary(key, "first", 0, 1);
        await subject.conversations.saveSummary(key, "lost race", 0, 2);
        expect(await seen()).toMatchObject({ summary: "first", summarySeq: 1 });
        await subject.conversations.saveSummary(key, "second", 1, 2);
        expect(await seen()).toMatchObject({ summary: "second", summarySeq: 2 });
      });

      it("survives the turns that come after it", async () => {
        await talk([turn(1)]);
        await subject.conversations.saveSummary(key, "first", 0, 1);
        await talk([turn(2)]);
        expect(await seen()).toMatchObject({ summary: "first", summarySeq: 1, turns: [turn(2)] });
      });

      it("is one conversation's, not another owner's of the same session id", async () => {
        const other = { ...key, owner: "key:2" };
        await talk([turn(1)]);
        await talk([turn(1)], other);
        await subject.conversations.saveSummary(key, "mine", 0, 1);
        expect((await seen(PLENTY, other)).summary).toBeUndefined();
      });
    });

    it("lists turns after a number, oldest first, up to a limit", async () => {
      const turns = [1, 2, 3, 4].map((seq) => turn(seq));
      await talk(turns);
      expect(await subject.conversations.listTurns(key, 1, 2)).toEqual([turns[1], turns[2]]);
      expect(await subject.conversations.listTurns(key, 3, 10)).toEqual([turns[3]]);
      expect(await subject.conversations.listTurns(key, 4, 10)).toEqual([]);
      expect(await subject.conversations.listTurns({ ...key, owner: "key:2" }, 0, 10)).toEqual([]);
    });

    describe("erasing what is not used", () => {
      const YEAR_2000 = new Date("2000-01-01T00:00:00Z");
      const before = new Date("2000-02-01T00:00:00Z");

      it("goes by the last use, says how many, and leaves the others alone", async () => {
        const old = { ...key, sessionId: `${key.sessionId} old` };
        const revived = { ...key, sessionId: `${key.sessionId} revived` };
        await subject.conversations.deleteUnusedSince(before);
        for (const one of [old, revived]) {
          await claim("a", PLENTY, one);
          await save("a", turn(1), YEAR_2000, one);
        }
        await talk([turn(2)], revived);
        await talk([turn(1)]);
        expect(await subject.conversations.deleteUnusedSince(before)).toBe(1);
        expect(await subject.conversations.deleteUnusedSince(before)).toBe(0);
        expect(await stored(old)).toEqual([]);
        expect(await stored(revived)).toHaveLength(2);
        expect(await stored()).toHaveLength(1);
      });

      it("leaves a conversation that can begin anew", async () => {
        await claim("a");
        await save("a", turn(1), YEAR_2000);
        await subject.conversations.saveSummary(key, "long ago", 0, 1);
        await subject.conversations.deleteUnusedSince(before);
        const empty = { summary: undefined, lastSeq: 0, summarySeq: 0, turns: [], overflows: false };
        expect(await claim("b")).toEqual(empty);
        await save("b", turn(1, { userText: "again" }));
        expect(await seen()).toMatchObject({ lastSeq: 1, turns: [turn(1, { userText: "again" })] });
      });
    });
  });
}
