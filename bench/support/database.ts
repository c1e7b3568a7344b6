import { randomBytes } from "node:crypto";
import postgres from "postgres";
import type { Cleanup } from "./cleanup.ts";

const DEFAULT_SERVER = "postgres://postgres@127.0.0.1:5432/postgres";

export interface BenchDatabase {
  url: string;
  version: string;
}

/** A database for this run on the server of BENCH_DATABASE_URL; the reason when there is none to be had. */
export async function createDatabase(cleanup: Cleanup): Promise<BenchDatabase | { missing: string }> {
  const server = process.env.BENCH_DATABASE_URL || DEFAULT_SERVER;
  const name = `agent_t_bench_${randomBytes(8).toString("hex")}`;
  try {
    const [row] = await onServer(server, (sql) => sql`show server_version`);
    await onServer(server, (sql) => sql.unsafe(`create database ${name}`));
    cleanup.add(() => onServer(server, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`)));
    const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
    return { url, version: `PostgreSQL ${row?.server_version}` };
  } catch (error) {
    if (cleanup.begun) throw error;
    return { missing: `no PostgreSQL at ${new URL(server).host}: ${(error as NodeJS.ErrnoException).code ?? error}` };
  }
}

async function onServer<T>(server: string, work: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> {
  const sql = postgres(server, { max: 1, onnotice: () => {}, connect_timeout: 3 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
