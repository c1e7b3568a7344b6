import { describe, expect, it } from "vitest";
import { ForgetConversations } from "../../../core/chat/forget-conversations.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryChatRequests } from "../../fakes/memory-chat-requests.ts";
import { MemoryConversations } from "../../fakes/memory-conversations.ts";
import { anAnswer } from "../../support/chat.ts";

const DAY_MS = 86_400_000;
const OWNER = "key:7";

describe("forgetting", () => {
  it("erases conversations 90 days after their last use and kept answers after 24 hours, and no sooner", async () => {
    const clock = new FakeClock("2026-11-22T12:00:00Z");
    const requests = new MemoryChatRequests(clock);
    const conversations = new MemoryConversations({ clock, requests });
    const forget = new ForgetConversations({ conversations, requests, clock });
    const key = { owner: OWNER, sessionId: "s1" };
    const turns = () => conversations.listTurns(key, 0, 10);
    const repeat = () => requests.claim(OWNER, "once", "another digest", "b", 1_000);

    await requests.claim(OWNER, "once", "digest", "a", 1_000);
    await conversations.claim(key, "a", 1_000, 0);
    const turn = { seq: 1, userText: "q", replyText: "a", modelTokens: 1, at: clock.now() };
    await conversations.saveTurn(key, "a", turn, { requestId: "once", answer: anAnswer() });

    await clock.advance(DAY_MS);
    await forget.execute();
    expect(await repeat()).toEqual({ state: "other-body" });
    await clock.advance(1);
    expect(await requests.deleteExpired()).toBe(1);

    await clock.advance(89 * DAY_MS - 1);
    await forget.execute();
    expect(await turns()).toHaveLength(1);
    await clock.advance(1);
    await forget.execute();
    expect(await turns()).toEqual([]);
  });

  it("erases what ran out of both in one go", async () => {
    const clock = new FakeClock();
    const requests = new MemoryChatRequests(clock);
    const conversations = new MemoryConversations({ clock, requests });
    await requests.claim(OWNER, "once", "digest", "a", 1_000);
    await clock.advance(2_000);
    await new ForgetConversations({ conversations, requests, clock }).execute();
    expect(await requests.deleteExpired()).toBe(0);
  });
});
