import {
  bigint,
  bigserial,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

export const chatSessions = pgTable(
  "chat_sessions",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    owner: text().notNull(),
    sessionId: text().notNull(),
    lastSeq: integer().notNull(),
    summary: text(),
    summarySeq: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull(),
    lastUsedAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("chat_sessions_owner_session").on(t.owner, t.sessionId),
    index("chat_sessions_last_used").on(t.lastUsedAt),
  ],
);

export const chatTurns = pgTable(
  "chat_turns",
  {
    session: bigint({ mode: "number" })
      .notNull()
      .references(() => chatSessions.id, { onDelete: "cascade" }),
    seq: integer().notNull(),
    userText: text().notNull(),
    replyText: text().notNull(),
    modelTokens: integer().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ name: "chat_turns_pk", columns: [t.session, t.seq] })],
);

export const chatRequests = pgTable(
  "chat_requests",
  {
    owner: text().notNull(),
    requestId: text().notNull(),
    digest: text().notNull(),
    /** Who is answering; null once there is an answer. */
    holder: text(),
    answer: json(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ name: "chat_requests_pk", columns: [t.owner, t.requestId] }),
    index("chat_requests_expires").on(t.expiresAt),
  ],
);
