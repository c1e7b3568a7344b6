import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { openPostgres } from "../../adapters/postgres/client.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** File with a migrated embedded database, or the name of a migrated database on the server. */
    template: string;
  }
}

/** Migrates once; every test file works on a copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL;
  return server === undefined ? embedded(project) : onServer(project, server);
}

async function embedded(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "agent-t-template-"));
  const lite = await PGlite.create();
  await migrate(drizzle(lite), { migrationsFolder: "adapters/postgres/migrations" });
  const file = join(folder, "template.tar");
  await writeFile(file, new Uint8Array(await (await lite.dumpDataDir("none")).arrayBuffer()));
  await lite.close();
  project.provide("template", file);
  return () => rm(folder, { recursive: true, force: true });
}

async function onServer(project: TestProject, url: string): Promise<() => Promise<void>> {
  const name = `agent_t_template_${process.pid}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name}`);
  const database = await openPostgres(Object.assign(new URL(url), { pathname: `/${name}` }).href, 1);
  await database.migrate();
  await database.close();
  project.provide("template", name);
  return async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
}
