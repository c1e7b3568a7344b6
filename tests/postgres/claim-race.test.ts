import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openPostgres } from "../../adapters/postgres/client.ts";
import { PostgresConversations } from "../../adapters/postgres/repositories/postgres-conversations.ts";
import { createServerDatabase } from "../support/database.ts";

const KEY = { owner: "key:1", sessionId: "s" };
const TURN = { userText: "q", replyText: "a", modelTokens: 1, at: new Date("2026-11-22T12:00:00Z") };

let copy: Awaited<ReturnType<typeof createServerDatabase>>;
let pool: Database;
/** One connection, so that a transaction can be held open on it. */
let slow: Database;

beforeAll(async () => {
  copy = await createServerDatabase(process.env.TEST_DATABASE_URL as string);
  pool = await openPostgres(copy.url);
  slow = await openPostgres(copy.url, 1);
  await pool.migrate();
});

afterAll(async () => {
  await slow.close();
  await pool.close();
  await copy.drop();
});

const run = (database: Database, statement: string): Promise<unknown[]> => database.hot(statement)([]);

/** Resolves once a query of another connection waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const waiting = await run(
      pool,
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    if (waiting.length > 0) return;
  }
  throw new Error("nobody waits for a lock");
}

describe("a claim that waits for a save under way", () => {
  const saver = (): PostgresConversations => new PostgresConversations({ database: slow });
  const claimer = (): PostgresConversations => new PostgresConversations({ database: pool });

  it.each([1, 2])("sees the saved turn %i, though it began before that turn was there", async (seq) => {
    await saver().claim(KEY, "a", 60_000, 1_000);
    await run(slow, "begin");
    await saver().saveTurn(KEY, "a", { ...TURN, seq }, undefined);
    const claim = claimer().claim(KEY, "b", 60_000, 1_000);
    await somebodyWaits();
    await run(slow, "commit");
    const memory = await claim;
    expect(memory).toMatchObject({ lastSeq: seq, overflows: false });
    expect(memory?.turns.map((turn) => turn.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    await claimer().release(KEY, "b");
  });

  it("has the conversation as it was when the save comes to nothing", async () => {
    await saver().claim(KEY, "a", 60_000, 1_000);
    await run(slow, "begin");
    await saver().saveTurn(KEY, "a", { ...TURN, seq: 3 }, undefined);
    const claim = claimer().claim(KEY, "b", 60_000, 1_000);
    await somebodyWaits();
    await run(slow, "rollback");
    expect(await claim).toBeUndefined();
    await saver().release(KEY, "a");
    expect(await claimer().claim(KEY, "b", 60_000, 1_000)).toMatchObject({ lastSeq: 2 });
  });
});
