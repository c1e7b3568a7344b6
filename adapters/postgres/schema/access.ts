import {
  bigint,
  boolean,
  date,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

export const apiKeys = pgTable(
  "api_keys",
  {
    id: serial().primaryKey(),
    hash: text().notNull(),
    owner: text().notNull(),
    name: text().notNull(),
    isActive: boolean().notNull().default(true),
    createdAt: timestamp({ withTimezone: true }).notNull(),
    expiresAt: timestamp({ withTimezone: true }),
    monthlyQuota: integer(),
  },
  (t) => [uniqueIndex("api_keys_hash").on(t.hash)],
);

export const quotaUses = pgTable(
  "quota_uses",
  {
    keyId: integer()
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    month: date({ mode: "string" }).notNull(),
    used: integer().notNull(),
  },
  (t) => [primaryKey({ name: "quota_uses_pk", columns: [t.keyId, t.month] })],
);

export const usageDaily = pgTable(
  "usage_daily",
  {
    keyId: integer()
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    day: date({ mode: "string" }).notNull(),
    endpoint: text().notNull(),
    calls: bigint({ mode: "number" }).notNull(),
    modelTokens: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ name: "usage_daily_pk", columns: [t.keyId, t.day, t.endpoint] })],
);

// Made UNLOGGED by a hand-written migration: a window of a minute need not survive a crash of the server.
export const rateBuckets = pgTable("rate_buckets", {
  name: text().primaryKey(),
  /** Milliseconds since 1970: the theoretical arrival time of GCRA. */
  arrivalMs: doublePrecision().notNull(),
});
