import { beforeEach, describe, expect, it } from "vitest";
import { Claims, type HeldConversation } from "../../../core/chat/claims.ts";
import type { Call } from "../../../core/shared/call.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryChatRequests } from "../../fakes/memory-chat-requests.ts";
import { MemoryConversations } from "../../fakes/memory-conversations.ts";
import { SequentialIds } from "../../fakes/sequential-ids.ts";
import { aCall, anAnswer } from "../../support/chat.ts";

const KEY = { owner: "key:7", sessionId: "s1" };
const REQUEST = { id: "once", digest: "digest" };
const BUSY = {
  ...{ code: "conflict", reason: "session_busy", retryAfterSeconds: 2 },
  message: "another message of this session is being answered",
};

let clock: FakeClock;
let conversations: MemoryConversations;
let requests: MemoryChatRequests;
/** Two processes on one database. */
let claims: Claims;
let elsewhere: Claims;
beforeEach(() => {
  clock = new FakeClock();
  requests = new MemoryChatRequests(clock);
  conversations = new MemoryConversations({ clock, requests });
  const deps = { conversations, requests, clock, ids: new SequentialIds() };
  claims = new Claims(deps);
  elsewhere = new Claims(deps);
});

const claim = (from: Claims, holder: string, call: Partial<Call> = {}): Promise<HeldConversation> =>
  from.conversation(aCall(call), KEY, holder, 1_000);
const aTurn = (held: HeldConversation, userText: string) => ({
  ...{ seq: held.memory.lastSeq + 1, userText, replyText: "ok", modelTokens: 1 },
  at: clock.now(),
});
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it("names no two holders alike", () => {
  expect(claims.newHolder()).not.toBe(claims.newHolder());
});

describe("a claimed conversation", () => {
  it("is held until it is saved, with the turn in it", async () => {
    const held = await claim(claims, "a");
    expect(held.memory).toMatchObject({ lastSeq: 0, turns: [] });
    expect(conversations.holderOf(KEY)).toBe("a");
    await held.save(aTurn(held, "hello"), undefined);
    expect(conversations.holderOf(KEY)).toBeUndefined();
    expect((await conversations.listTurns(KEY, 0, 10)).map(({ userText }) => userText)).toEqual(["hello"]);
  });

  it("is held until it is given back, without a turn", async () => {
    const held = await claim(claims, "a");
    await held.release();
    expect(conversations.holderOf(KEY)).toBeUndefined();
    expect(await conversations.listTurns(KEY, 0, 10)).toEqual([]);
  });

  it("cannot be given back after it was saved, when another holds it", async () => {
    const held = await claim(claims, "a");
    await held.save(aTurn(held, "hello"), undefined);
    await claim(claims, "a");
    await held.release();
    expect(conversations.holderOf(KEY)).toBe("a");
  });

  it("is renewed as long as it is held, and not after", async () => {
    const held = await claim(claims, "a");
    await clock.advance(120_000);
    expect(conversations.holderOf(KEY)).toBe("a");
    await held.save(aTurn(held, "late"), undefined);
    await conversations.claim(KEY, "a", 1_000, 0);
    await clock.advance(10_000);
    expect(conversations.holderOf(KEY)).toBeUndefined();
    expect(clock.sleeping).toBe(0);
  });

  it("is renewed in time beside others, whenever it was made", async () => {
    await claim(claims, "a");
    await clock.advance(4_000);
    await claims.conversation(aCall(), { ...KEY, sessionId: "s2" }, "b", 1_000);
    await clock.advance(60_000);
    expect(conversations.holderOf(KEY)).toBe("a");
    expect(conversations.holderOf({ ...KEY, sessionId: "s2" })).toBe("b");
  });

  it("is renewed again after the store failed once", async () => {
    const renew = conversations.renew.bind(conversations);
    conversations.renew = async () => {
      conversations.renew = renew;
      throw new Error("the database is gone");
    };
    await claim(claims, "a");
    await clock.advance(60_000);
    expect(conversations.holderOf(KEY)).toBe("a");
  });

  it("is free 15 s after its process was last heard of", async () => {
    await conversations.claim(KEY, "of a killed process", 15_000, 0);
    const waiting = claim(claims, "b");
    await clock.advance(14_900);
    expect(conversations.holderOf(KEY)).toBe("of a killed process");
    await clock.advance(200);
    await waiting;
    expect(conversations.holderOf(KEY)).toBe("b");
  });

  it("that was lost is told when saving, and the next in line is let in", async () => {
    const held = await claim(claims, "a");
    const next = claim(claims, "b");
    await clock.advance(0);
    conversations.expire(KEY);
    expect(await caught(held.save(aTurn(held, "lost"), undefined))).toMatchObject(BUSY);
    expect((await next).memory.turns).toEqual([]);
  });
});

describe("messages of one conversation", () => {
  it("go one after another in the order they came, each seeing those before", async () => {
    const work = async (label: string): Promise<string[]> => {
      const held = await claim(claims, label);
      await clock.sleep(1_000);
      await held.save(aTurn(held, label), undefined);
      return held.memory.turns.map(({ userText }) => userText);
    };
    const all = ["a", "b", "c"].map(work);
    await clock.advance(5_000);
    expect(await Promise.all(all)).toEqual([[], ["a"], ["a", "b"]]);
  });

  it("wait for a message that another process answers", async () => {
    const held = await claim(elsewhere, "a");
    const waiting = claim(claims, "b");
    await clock.advance(20_000);
    expect(conversations.holderOf(KEY)).toBe("a");
    await held.save(aTurn(held, "theirs"), undefined);
    await clock.advance(100);
    expect((await waiting).memory.turns).toMatchObject([{ userText: "theirs" }]);
  });

  it.each([
    ["this process", () => claims],
    ["another process", () => elsewhere],
  ])("wait 30 s for one that %s answers, then are refused", async (_name, of) => {
    await claim(of(), "a");
    let refused: unknown;
    void caught(claim(claims, "b")).then((error) => {
      refused = error;
    });
    await clock.advance(29_999);
    expect(refused).toBeUndefined();
    await clock.advance(1);
    expect(refused).toMatchObject(BUSY);
    expect(conversations.holderOf(KEY)).toBe("a");
  });

  it("do not lose their turn to one that gave up waiting", async () => {
    const held = await claim(claims, "a");
    const caller = new AbortController();
    const second = caught(claim(claims, "b", { signal: caller.signal }));
    const third = claim(claims, "c");
    await clock.advance(1_000);
    caller.abort();
    expect(await second).toBeInstanceOf(AbortedError);
    await held.release();
    await third;
    expect(conversations.holderOf(KEY)).toBe("c");
  });

  it("whose caller leaves while another process answers stop asking", async () => {
    await claim(elsewhere, "a");
    const caller = new AbortController();
    const waiting = caught(claim(claims, "b", { signal: caller.signal }));
    await clock.advance(1_000);
    caller.abort();
    expect(await waiting).toBeInstanceOf(AbortedError);
    const next = claim(claims, "c");
    conversations.expire(KEY);
    await clock.advance(100);
    await next;
    expect(conversations.holderOf(KEY)).toBe("c");
  });

  it("are not held up by other conversations", async () => {
    await claim(claims, "a");
    await claims.conversation(aCall(), { ...KEY, sessionId: "s2" }, "b", 1_000);
    await claims.conversation(aCall(), { ...KEY, owner: "key:8" }, "c", 1_000);
    expect(conversations.holderOf(KEY)).toBe("a");
  });

  it("can go on when the store fails while one of them asks", async () => {
    const failing = Object.assign(new MemoryConversations({ clock, requests }), {
      claim: async () => {
        throw new Error("the database is gone");
      },
    });
    const broken = new Claims({ conversations: failing, requests, clock, ids: new SequentialIds() });
    for (let n = 0; n < 2; n++) {
      expect(await caught(claim(broken, "a"))).toMatchObject({ message: "the database is gone" });
    }
    expect(clock.sleeping).toBe(0);
  });
});

describe("a request id", () => {
  const take = (from: Claims, holder: string, request = REQUEST, call: Partial<Call> = {}) =>
    from.request(aCall(call), KEY.owner, request, holder);
  /** Takes, answers and keeps. */
  const answerIt = async (): Promise<void> => {
    const taken = await take(claims, "a");
    const held = await claim(claims, "a");
    await held.save(aTurn(held, "hello"), { requestId: REQUEST.id, answer: anAnswer() });
    if ("settle" in taken) taken.settle();
  };

  it("gives the kept answer once there is one", async () => {
    await answerIt();
    expect(await take(elsewhere, "b")).toEqual({ answer: anAnswer() });
  });

  it("waits as long as the first is being answered, however long it takes", async () => {
    const taken = await take(claims, "a");
    const repeat = take(elsewhere, "b");
    await clock.advance(120_000);
    const held = await claim(claims, "a");
    await held.save(aTurn(held, "hello"), { requestId: REQUEST.id, answer: anAnswer() });
    if ("settle" in taken) taken.settle();
    await clock.advance(100);
    expect(await repeat).toEqual({ answer: anAnswer() });
  });

  it("is refused at once with another body", async () => {
    await take(claims, "a");
    expect(await caught(take(claims, "b", { ...REQUEST, digest: "other" }))).toMatchObject({
      ...{ code: "conflict", reason: "request_id_conflict", message: "this request_id was used with another body" },
    });
  });

  it("is free for the repeat when the first fails", async () => {
    const taken = await take(claims, "a");
    const repeat = take(elsewhere, "b");
    await clock.advance(1_000);
    if ("release" in taken) await taken.release();
    await clock.advance(100);
    expect(await repeat).toHaveProperty("settle");
  });

  it("is renewed as long as it is held, and not once it is settled", async () => {
    const taken = await take(claims, "a");
    await clock.advance(120_000);
    expect(await requests.claim(KEY.owner, REQUEST.id, "x", "b", 1_000)).toEqual({ state: "other-body" });
    if ("settle" in taken) taken.settle();
    await clock.advance(20_000);
    expect(await requests.claim(KEY.owner, REQUEST.id, "x", "b", 1_000)).toEqual({ state: "fresh" });
    expect(clock.sleeping).toBe(0);
  });

  it("is waited for as long as a stream may take, then refused", async () => {
    await take(claims, "a");
    const repeat = caught(take(elsewhere, "b"));
    await clock.advance(600_000);
    expect(await repeat).toMatchObject(BUSY);
  });

  it("is free 15 s after its process was last heard of", async () => {
    await requests.claim(KEY.owner, REQUEST.id, REQUEST.digest, "of a killed process", 15_000);
    const repeat = take(claims, "b");
    await clock.advance(15_200);
    expect(await repeat).toHaveProperty("settle");
  });

  it("is not waited for by a caller who leaves", async () => {
    await take(claims, "a");
    const caller = new AbortController();
    const repeat = caught(take(elsewhere, "b", REQUEST, { signal: caller.signal }));
    await clock.advance(1_000);
    caller.abort();
    expect(await repeat).toBeInstanceOf(AbortedError);
  });
});
