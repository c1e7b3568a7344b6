import { and, asc, eq, gt, lt, sql } from "drizzle-orm";
import type { Answer } from "../../../core/chat/answer.ts";
import type { ClaimedConversation, ConversationKey, Conversations, Turn } from "../../../core/chat/ports.ts";
import { AppError } from "../../../core/shared/errors.ts";
import type { Database, Parameter } from "../client.ts";
import { chatSessions, chatTurns } from "../schema/chat.ts";

interface ClaimRow {
  claimed_version: number | null;
  last_seq: number | null;
  summary: string | null;
  summary_seq: number | null;
  turns: { seq: number; user_text: string; reply_text: string; model_tokens: number }[];
}

// Newest turns while their running sum fits the budget; a bound on rows keeps a conversation of tiny turns cheap.
const WINDOW = `
  select coalesce(json_agg(w order by w.seq), '[]'::json) from (
    select seq, user_text, reply_text, model_tokens from (
      select t.*, sum(model_tokens) over (order by seq desc) as running from (
        select seq, user_text, reply_text, model_tokens from chat_turns
        where session = s.id and seq > s.summary_seq order by seq desc limit 400) t) summed
    where running <= $OF_BUDGET) w`;

const CLAIM = `
  with claim as (
    insert into leases as l (name, holder, expires_at)
      values ($1::text, $2::text, clock_timestamp() + $3::float8 * interval '1 millisecond')
    on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
      where l.expires_at < clock_timestamp() or l.holder = excluded.holder
    returning version)
  select (select version from claim) as claimed_version, s.last_seq, s.summary, s.summary_seq,
    case when s.id is null then '[]'::json else (${WINDOW.replace("$OF_BUDGET", "$6::int4")}) end as turns
  from (select 1) one left join chat_sessions s on s.owner = $4::text and s.session_id = $5::text`;

const LOAD = `
  select s.last_seq, s.summary, s.summary_seq, (${WINDOW.replace("$OF_BUDGET", "$3::int4")}) as turns
  from chat_sessions s where s.owner = $1::text and s.session_id = $2::text`;

const SAVE = `
  with held as (
    update leases set expires_at = '-infinity', version = $5::int4
    where name = $1::text and holder = $2::text and expires_at > clock_timestamp() returning 1),
  session as (
    insert into chat_sessions as c (owner, session_id, last_seq, created_at, last_used_at)
      select $3::text, $4::text, $5::int4, $6::timestamptz, $6::timestamptz from held
    on conflict (owner, session_id) do update set last_seq = excluded.last_seq, last_used_at = excluded.last_used_at
      where c.last_seq = excluded.last_seq - 1
    returning id),
  turn as (
    insert into chat_turns (session, seq, user_text, reply_text, model_tokens, created_at)
      select id, $5::int4, $7::text, $8::text, $9::int4, $6::timestamptz from session returning 1),
  request as (
    update chat_requests set answer = $12::json, holder = null, expires_at = clock_timestamp() + interval '24 hours'
    where owner = $3::text and request_id = $10::text and holder = $11::text and exists (select 1 from turn)
    returning 1)
  select (select count(*) from turn)::int4 as turns, (select count(*) from request)::int4 as requests`;

/**
 * Claim and window in one statement, turn and release in another: a message costs two round trips.
 * The lease's version is the newest `seq` its last holder saved. A claim that had to wait for that holder sees a
 * snapshot from before the save; the version tells, and the window is then read again.
 */
export class PostgresConversations implements Conversations {
  private readonly database: Database;
  private readonly claimRow: (parameters: Parameter[]) => Promise<ClaimRow[]>;
  private readonly loadRow: (parameters: Parameter[]) => Promise<ClaimRow[]>;
  private readonly saveRow: (parameters: Parameter[]) => Promise<{ turns: number; requests: number }[]>;
  private readonly renewRow: (parameters: Parameter[]) => Promise<unknown[]>;
  private readonly releaseRow: (parameters: Parameter[]) => Promise<unknown[]>;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
    this.claimRow = deps.database.hot<ClaimRow>(CLAIM);
    this.loadRow = deps.database.hot<ClaimRow>(LOAD);
    this.saveRow = deps.database.hot<{ turns: number; requests: number }>(SAVE);
    this.renewRow = deps.database.hot(
      `update leases set expires_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
       where name = $1::text and holder = $2::text and expires_at > clock_timestamp() returning 1`,
    );
    this.releaseRow = deps.database.hot(
      `update leases set expires_at = '-infinity' where name = $1::text and holder = $2::text returning 1`,
    );
  }

  async claim(
    key: ConversationKey,
    holder: string,
    ttlMs: number,
    budget: number,
  ): Promise<ClaimedConversation | undefined> {
    const [row] = await this.claimRow([leaseName(key), holder, ttlMs, key.owner, key.sessionId, budget]);
    if (row === undefined || row.claimed_version === null) return undefined;
    if (row.claimed_version <= (row.last_seq ?? 0)) return claimed(row);
    const [fresh] = await this.loadRow([key.owner, key.sessionId, budget]);
    return claimed(fresh ?? { ...row, last_seq: null, turns: [] });
  }

  async renew(key: ConversationKey, holder: string, ttlMs: number): Promise<boolean> {
    return (await this.renewRow([leaseName(key), holder, ttlMs])).length > 0;
  }

  async release(key: ConversationKey, holder: string): Promise<void> {
    await this.releaseRow([leaseName(key), holder]);
  }

  async saveTurn(
    key: ConversationKey,
    holder: string,
    turn: Turn & { at: Date },
    request: { requestId: string; answer: Answer } | undefined,
  ): Promise<void> {
    const [saved] = await this.saveRow([
      ...[leaseName(key), holder, key.owner, key.sessionId, turn.seq, turn.at.toISOString()],
      ...[turn.userText, turn.replyText, turn.modelTokens],
      ...(request ? [request.requestId, holder, JSON.stringify(request.answer)] : [null, null, null]),
    ]);
    if (saved?.turns === 1) return;
    throw new AppError("conflict", "session_busy", "another message of this session is being answered", {
      retryAfterSeconds: 2,
    });
  }

  async listTurns(key: ConversationKey, afterSeq: number, limit: number): Promise<Turn[]> {
    return this.database.query((db) =>
      db
        .select({
          seq: chatTurns.seq,
          userText: chatTurns.userText,
          replyText: chatTurns.replyText,
          modelTokens: chatTurns.modelTokens,
        })
        .from(chatTurns)
        .innerJoin(chatSessions, eq(chatSessions.id, chatTurns.session))
        .where(and(isSession(key), gt(chatTurns.seq, afterSeq)))
        .orderBy(asc(chatTurns.seq))
        .limit(limit),
    );
  }

  async saveSummary(key: ConversationKey, summary: string, fromSeq: number, toSeq: number): Promise<void> {
    await this.database.query((db) =>
      db
        .update(chatSessions)
        .set({ summary, summarySeq: toSeq })
        .where(and(isSession(key), eq(chatSessions.summarySeq, fromSeq))),
    );
  }

  async deleteUnusedSince(before: Date): Promise<number> {
    const gone = await this.database.query((db) =>
      db.delete(chatSessions).where(lt(chatSessions.lastUsedAt, before)).returning({ id: chatSessions.id }),
    );
    return gone.length;
  }
}

function leaseName(key: ConversationKey): string {
  return `chat:${key.owner}:${key.sessionId}`;
}

function isSession(key: ConversationKey) {
  return and(eq(chatSessions.owner, key.owner), eq(chatSessions.sessionId, key.sessionId)) ?? sql`false`;
}

function claimed(row: ClaimRow): ClaimedConversation {
  const turns = row.turns.map((turn) => ({
    seq: turn.seq,
    userText: turn.user_text,
    replyText: turn.reply_text,
    modelTokens: turn.model_tokens,
  }));
  const lastSeq = row.last_seq ?? 0;
  const summarySeq = row.summary_seq ?? 0;
  return {
    summary: row.summary ?? undefined,
    lastSeq,
    summarySeq,
    turns,
    overflows: (turns[0]?.seq ?? lastSeq + 1) > summarySeq + 1,
  };
}
