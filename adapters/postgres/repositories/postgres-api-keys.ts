import { asc, eq } from "drizzle-orm";
import type { ApiKey } from "../../../core/access/api-key.ts";
import type { ApiKeys, RateLimit } from "../../../core/access/ports.ts";
import { AppError } from "../../../core/shared/errors.ts";
import type { Database } from "../client.ts";
import { apiKeys } from "../schema/access.ts";
import { costMs, WINDOW_MS } from "./postgres-rate-limits.ts";

interface HotRow {
  id: number;
  hash: string;
  owner: string;
  name: string;
  is_active: boolean;
  created_ms: number;
  expires_ms: number | null;
  monthly_quota: number | null;
}

const COLUMNS = `id, hash, owner, name, is_active, monthly_quota,
  extract(epoch from created_at)::float8 * 1000 as created_ms, extract(epoch from expires_at)::float8 * 1000 as expires_ms`;

// The upsert is that of the rate limits; each call takes both steps, and one trip to the database is half of two.
const SELECT_AND_TAKE = `
  with found as (select * from api_keys where hash = $1),
  taken as (
    insert into rate_buckets as b (name, arrival_ms)
      select $2::text || id, $3::float8 + $4::float8 from found
      where is_active and (expires_at is null or extract(epoch from expires_at)::float8 * 1000 > $3::float8)
    on conflict (name) do update set arrival_ms = greatest(b.arrival_ms, $3::float8) + $4::float8
      where greatest(b.arrival_ms, $3::float8) + $4::float8 <= $3::float8 + $5::float8
    returning 1)
  select ${COLUMNS}, exists (select 1 from taken) as admitted from found`;

export class PostgresApiKeys implements ApiKeys {
  private readonly database: Database;
  private readonly selectByHash: (parameters: [string]) => Promise<HotRow[]>;
  private readonly selectAndTake: (
    parameters: [string, string, number, number, number],
  ) => Promise<(HotRow & { admitted: boolean })[]>;

  constructor(deps: { database: Database }) {
    this.database = deps.database;
    this.selectByHash = deps.database.hot<HotRow>(`select ${COLUMNS} from api_keys where hash = $1`);
    this.selectAndTake = deps.database.hot(SELECT_AND_TAKE);
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const [row] = await this.selectByHash([hash]);
    return row && fromHotRow(row);
  }

  async findAndTake(
    hash: string,
    prefix: string,
    limit: RateLimit,
    now: Date,
  ): Promise<{ key: ApiKey; admitted: boolean } | undefined> {
    const [row] = await this.selectAndTake([hash, prefix, now.getTime(), costMs(limit), WINDOW_MS]);
    return row && { key: fromHotRow(row), admitted: row.admitted };
  }

  async get(id: number): Promise<ApiKey> {
    const [row] = await this.database.query((db) => db.select().from(apiKeys).where(eq(apiKeys.id, id)));
    if (row === undefined) throw notFound(id);
    return row;
  }

  async listAll(): Promise<ApiKey[]> {
    return this.database.query((db) => db.select().from(apiKeys).orderBy(asc(apiKeys.id)));
  }

  async create(key: Omit<ApiKey, "id">): Promise<ApiKey> {
    const [row] = await this.database.query((db) =>
      db
        .insert(apiKeys)
        .values(key)
        .onConflictDoUpdate({ target: apiKeys.hash, set: { isActive: true, expiresAt: key.expiresAt } })
        .returning(),
    );
    if (row === undefined) throw new Error("an insert returned no row");
    return row;
  }

  async save(key: ApiKey): Promise<void> {
    const { id, ...values } = key;
    const saved = await this.database.query((db) =>
      db.update(apiKeys).set(values).where(eq(apiKeys.id, id)).returning({ id: apiKeys.id }),
    );
    if (saved.length === 0) throw notFound(id);
  }
}

function notFound(id: number): AppError {
  return new AppError("not_found", "key_not_found", `there is no key ${id}`);
}

function fromHotRow(row: HotRow): ApiKey {
  return {
    id: row.id,
    hash: row.hash,
    owner: row.owner,
    name: row.name,
    isActive: row.is_active,
    createdAt: new Date(row.created_ms),
    expiresAt: row.expires_ms === null ? null : new Date(row.expires_ms),
    monthlyQuota: row.monthly_quota,
  };
}
