import { and, eq, lt, sql } from "drizzle-orm";
import type { Answer } from "../../../core/chat/answer.ts";
import type { ChatRequestClaim, ChatRequests } from "../../../core/chat/ports.ts";
import type { Database } from "../client.ts";
import { chatRequests } from "../schema/chat.ts";

export class PostgresChatRequests implements ChatRequests {
  private readonly database: Database;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
  }

  async claim(
    owner: string,
    requestId: string,
    digest: string,
    holder: string,
    ttlMs: number,
  ): Promise<ChatRequestClaim> {
    const expiresAt = inMilliseconds(ttlMs);
    const claimed = await this.database.query((db) =>
      db
        .insert(chatRequests)
        .values({ owner, requestId, digest, holder, answer: null, expiresAt })
        .onConflictDoUpdate({
          target: [chatRequests.owner, chatRequests.requestId],
          set: { digest, holder, answer: null, expiresAt },
          setWhere: sql`${chatRequests.expiresAt} < clock_timestamp()`,
        })
        .returning({ owner: chatRequests.owner }),
    );
    if (claimed.length > 0) return { state: "fresh" };
    const [known] = await this.database.query((db) =>
      db.select().from(chatRequests).where(isRequest(owner, requestId)),
    );
    if (known === undefined) return { state: "running" };
    if (known.digest !== digest) return { state: "other-body" };
    return known.answer === null ? { state: "running" } : { state: "answered", answer: known.answer as Answer };
  }

  async renew(owner: string, requestId: string, holder: string, ttlMs: number): Promise<void> {
    await this.database.query((db) =>
      db
        .update(chatRequests)
        .set({ expiresAt: inMilliseconds(ttlMs) })
        .where(and(isRequest(owner, requestId), eq(chatRequests.holder, holder))),
    );
  }

  async release(owner: string, requestId: string, holder: string): Promise<void> {
    await this.database.query((db) =>
      db.delete(chatRequests).where(and(isRequest(owner, requestId), eq(chatRequests.holder, holder))),
    );
  }

  async deleteExpired(): Promise<number> {
    const gone = await this.database.query((db) =>
      db
        .delete(chatRequests)
        .where(lt(chatRequests.expiresAt, sql`clock_timestamp()`))
        .returning({ owner: chatRequests.owner }),
    );
    return gone.length;
  }
}

function isRequest(owner: string, requestId: string) {
  return and(eq(chatRequests.owner, owner), eq(chatRequests.requestId, requestId));
}

function inMilliseconds(ttlMs: number) {
  return sql`clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'`;
}
