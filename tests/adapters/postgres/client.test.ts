import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbedded, openPostgres } from "../../../adapters/postgres/client.ts";
import { PostgresApiKeys } from "../../../adapters/postgres/repositories/postgres-api-keys.ts";
import { apiKeys } from "../../../adapters/postgres/schema/access.ts";
import { AppError } from "../../../core/shared/errors.ts";
import { aKey } from "../../support/api-key.ts";
import { openTestDatabase } from "../../support/database.ts";
import { freePort } from "../../support/program.ts";

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a database", () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    database = await openTestDatabase();
  });

  afterAll(() => database.close());

  it("answers, and says how it is run", async () => {
    await database.ping();
    expect(database.mode).toBe(database.url === undefined ? "embedded" : "external");
  });

  it("can be migrated again and again", async () => {
    await database.migrate();
    await database.migrate();
    expect(await database.hot("select count(*)::int4 as keys from api_keys")([])).toEqual([{ keys: 0 }]);
  });

  it("reads casts alike whichever driver serves it", async () => {
    const read = database.hot(
      `select $1::int4 as whole, $2::float8 as part, $3::text as text, $4::text as nothing, $5::bool as yes,
        '{"a":[1,null]}'::json as json`,
    );
    const row = { whole: 7, part: 1.5, text: "é'", nothing: null, yes: true, json: { a: [1, null] } };
    for (let n = 0; n < 2; n++) expect(await read([7, 1.5, "é'", null, true])).toEqual([row]);
  });

  it("turns a value that exists already into a conflict that shows neither statement nor value", async () => {
    const key = aKey({ hash: "planted-5ecret" });
    const insert = () => database.query((db) => db.insert(apiKeys).values(key));
    await insert();
    const byBuilder = await caught(insert());
    const byHand = await caught(
      database.hot("insert into api_keys (hash, owner, name, created_at) values ($1, 'o', 'n', now())")([key.hash]),
    );
    for (const error of [byBuilder, byHand]) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: "conflict", message: "this was changed by another request; retry" });
    }
  });

  it("leaves a wrong statement a bug", async () => {
    const error = await caught(database.hot("select * from no_such_table")([]));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(AppError);
  });
});

describe("a server that is not there", () => {
  it("is unavailable, whatever is asked of it", async () => {
    const database = await openPostgres(`postgres://user:planted-5ecret@127.0.0.1:${await freePort()}/none`);
    const asked = [
      database.ping(),
      database.hot("select 1")([]),
      database.query((db) => db.select().from(apiKeys)),
      database.migrate(),
    ];
    for (const work of asked) {
      const error = await caught(work);
      expect(error).toMatchObject({ code: "unavailable", message: "the server is starting, stopping or full" });
    }
    await database.close();
  });
});

describe("the embedded database in a folder", () => {
  let parent: string;
  let folder: string;

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), "agent-t-pglite-"));
    folder = join(parent, "pglite");
  });

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it("keeps its rows over a restart, and its lock only while it is open", { timeout: 60_000 }, async () => {
    const first = await openEmbedded({ folder });
    await first.migrate();
    const key = await new PostgresApiKeys({ database: first }).create(aKey());
    expect(existsSync(`${folder}.lock`)).toBe(true);
    await first.close();
    expect(existsSync(`${folder}.lock`)).toBe(false);

    const second = await openEmbedded({ folder });
    await second.migrate();
    expect(await new PostgresApiKeys({ database: second }).findByHash(key.hash)).toEqual(key);
    await second.close();
  });

  it("is refused while another process has it", async () => {
    writeFileSync(`${folder}.lock`, `${process.ppid} 6f1c`);
    await expect(openEmbedded({ folder })).rejects.toThrow(/in use by process \d+.*DATABASE_URL/);
    rmSync(`${folder}.lock`);
  });

  it("gives its lock back when it cannot be opened", async () => {
    const damaged = join(parent, "damaged");
    writeFileSync(damaged, "a file where a folder should be");
    await expect(openEmbedded({ folder: damaged })).rejects.toThrow();
    expect(existsSync(`${damaged}.lock`)).toBe(false);
  });
});
