import { randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";
import postgres from "postgres";
import { inject } from "vitest";
import { type Database, openEmbedded, openPostgres } from "../../adapters/postgres/client.ts";

/** A migrated, empty database of its own: on the server of TEST_DATABASE_URL when there is one, else embedded. */
export async function openTestDatabase(): Promise<Database & { url: string | undefined }> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) {
    const database = await openEmbedded({ template: await openAsBlob(inject("template")) });
    return { ...database, url: undefined };
  }
  const copy = await createServerDatabase(server, inject("template"));
  const database = await openPostgres(copy.url);
  const close = async () => {
    await database.close();
    await copy.drop();
  };
  return { ...database, url: copy.url, close };
}

/** A new database on a server, from a template when one is named. */
export async function createServerDatabase(
  server: string,
  template?: string,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `agent_t_test_${randomBytes(8).toString("hex")}`;
  const run = async (statement: string) => {
    const admin = postgres(server, { max: 1, onnotice: () => {} });
    try {
      await admin.unsafe(statement);
    } finally {
      await admin.end();
    }
  };
  await run(`create database ${name}${template === undefined ? "" : ` template ${template}`}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return { url, drop: () => run(`drop database if exists ${name} with (force)`) };
}
