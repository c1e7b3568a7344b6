import { integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";

// Made UNLOGGED by a hand-written migration: a lease is worth nothing once the server that gave it has crashed.
export const leases = pgTable("leases", {
  name: text().primaryKey(),
  holder: text().notNull(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
  /** What the last holder left behind, so that the next one can tell a stale snapshot; 0 when nothing. */
  version: integer().notNull().default(0),
});
