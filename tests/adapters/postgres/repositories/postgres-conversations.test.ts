import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresChatRequests } from "../../../../adapters/postgres/repositories/postgres-chat-requests.ts";
import { PostgresConversations } from "../../../../adapters/postgres/repositories/postgres-conversations.ts";
import { describeConversations } from "../../../contracts/conversations.contract.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeConversations("PostgresConversations", async () => {
  const database = await openTestDatabase();
  const runOut = database.hot(
    "update leases set expires_at = clock_timestamp() - interval '1 second' where name = $1::text",
  );
  return {
    conversations: new PostgresConversations({ database }),
    requests: new PostgresChatRequests({ database }),
    expire: async ({ owner, sessionId }) => void (await runOut([`chat:${owner}:${sessionId}`])),
    close: () => database.close(),
  };
});

describe("many who write to one conversation", () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    database = await openTestDatabase();
  });

  afterAll(() => database.close());

  // A claim that waited for a save has begun before it: it must see the saved turn all the same.
  it("each see all turns before theirs, and no turn is lost", { timeout: 60_000 }, async () => {
    const conversations = new PostgresConversations({ database });
    const key = { owner: "key:1", sessionId: "busy" };
    // The embedded database has one connection, so nothing waits for a lock there.
    const rounds = database.url === undefined ? 40 : 200;
    const wrong: number[][] = [];
    let saved = 0;
    const work = async (worker: number): Promise<void> => {
      for (let round = 0; saved < rounds; round++) {
        const holder = `${worker}.${round}`;
        const memory = await conversations.claim(key, holder, 60_000, 1_000_000);
        if (memory === undefined) continue;
        const seqs = memory.turns.map(({ seq }) => seq);
        if (seqs.length !== memory.lastSeq || seqs.some((seq, index) => seq !== index + 1)) wrong.push(seqs);
        const texts = { userText: holder, replyText: "ok", modelTokens: 1 };
        await conversations.saveTurn(key, holder, { seq: memory.lastSeq + 1, ...texts, at: new Date() }, undefined);
        saved++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
    expect(wrong).toEqual([]);
    const turns = await conversations.listTurns(key, 0, 1_000);
    expect(turns.map(({ seq }) => seq)).toEqual(Array.from({ length: saved }, (_, index) => index + 1));
    expect(new Set(turns.map(({ userText }) => userText.split(".")[0])).size).toBeGreaterThan(1);
  });
});
