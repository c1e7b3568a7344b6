import { fileURLToPath } from "node:url";
import type { PGlite } from "@electric-sql/pglite";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Sql } from "postgres";
import { translateDatabaseError } from "./errors.ts";
import { takeLockFile } from "./lock-file.ts";
import { schema } from "./schema.ts";

export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

/** Values that both drivers send alike; times go as ISO text, JSON as text. */
export type Parameter = string | number | boolean | null;

/** One database behind one of two drivers; every error that leaves it is translated. */
export interface Database {
  mode: "embedded" | "external";
  /** Everyday queries, through the query builder. */
  query<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /**
   * Hot paths: SQL prepared once on each connection. Columns come back as each driver reads them, so cast to
   * `int4`, `float8`, `text` or `json`, which both read alike.
   */
  hot<Row>(sql: string): (parameters: Parameter[]) => Promise<Row[]>;
  migrate(): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export const DATABASE_CASING = "snake_case";
const MIGRATIONS = fileURLToPath(new URL("./migrations", import.meta.url));
const MIGRATION_LOCK = 4_017_223;

/** The embedded database in `folder`, or in memory from a dumped template. One process may have a folder. */
export async function openEmbedded(place: { folder: string } | { template: Blob | undefined }): Promise<Database> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { drizzle } = await import("drizzle-orm/pglite");
  const unlock = "folder" in place ? takeLockFile(`${place.folder}.lock`) : () => {};
  let lite: PGlite;
  try {
    const template = "template" in place ? place.template : undefined;
    lite = await PGlite.create(
      "folder" in place ? place.folder : "memory://",
      template ? { loadDataDir: template } : {},
    );
  } catch (error) {
    unlock();
    throw error;
  }
  const db = drizzle(lite, { schema, casing: DATABASE_CASING }) as unknown as Db;
  return {
    mode: "embedded",
    query: (work) => guarded(() => work(db)),
    hot: (sql) => (parameters) => guarded(async () => (await lite.query(sql, parameters)).rows as never),
    migrate: async () => {
      const { migrate } = await import("drizzle-orm/pglite/migrator");
      await migrate(db as never, { migrationsFolder: MIGRATIONS });
    },
    ping: async () => void (await lite.query("select 1")),
    close: async () => {
      await lite.close();
      unlock();
    },
  };
}

/** A PostgreSQL server, 15 or newer. */
export async function openPostgres(url: string, connections = 10): Promise<Database> {
  const { default: postgres } = await import("postgres");
  const { drizzle } = await import("drizzle-orm/postgres-js");
  const { Lanes } = await import("./lanes.ts");
  const lanes = new Lanes(connections, () => {
    const client = postgres(url, {
      max: 1,
      onnotice: () => {},
      connect_timeout: 10,
      idle_timeout: 60,
      connection: { statement_timeout: 30_000, plan_cache_mode: "force_generic_plan", application_name: "agent-t" },
    });
    return { client, db: drizzle(client, { schema, casing: DATABASE_CASING }) as unknown as Db };
  });
  return {
    mode: "external",
    query: (work) => guarded(() => lanes.run(({ db }) => work(db))),
    hot: (sql) => {
      // The driver looks a statement up by its whole text, at each call.
      const text = sql.replace(/\s+/g, " ").trim();
      return (parameters) =>
        guarded(() =>
          lanes.run(({ client }) => client.unsafe(text, parameters, { prepare: true }) as unknown as Promise<never>),
        );
    },
    migrate: () => guarded(() => migrateServer(postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 }))),
    ping: () => guarded(() => lanes.run(async ({ client }) => void (await client`select 1`))),
    close: async () => {
      await Promise.all(lanes.all.map(({ client }) => client.end({ timeout: 5 })));
    },
  };
}

// Drizzle's migrator takes no lock: of several processes that start together all but one would fail.
async function migrateServer(connection: Sql): Promise<void> {
  const { drizzle } = await import("drizzle-orm/postgres-js");
  const { migrate } = await import("drizzle-orm/postgres-js/migrator");
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(connection, { casing: DATABASE_CASING }), { migrationsFolder: MIGRATIONS });
  } finally {
    await connection.end({ timeout: 5 });
  }
}

async function guarded<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateDatabaseError(error);
  }
}
