import type { ApiKey } from "../../core/access/api-key.ts";
import type { ApiKeys, RateLimit, RateLimits } from "../../core/access/ports.ts";
import { AppError } from "../../core/shared/errors.ts";
import { MemoryRateLimits } from "./memory-rate-limits.ts";

export class MemoryApiKeys implements ApiKeys {
  private readonly keys = new Map<number, ApiKey>();
  private readonly rateLimits: RateLimits;

  constructor(rateLimits: RateLimits = new MemoryRateLimits()) {
    this.rateLimits = rateLimits;
  }

  async findAndTake(
    hash: string,
    prefix: string,
    limit: RateLimit,
    now: Date,
  ): Promise<{ key: ApiKey; admitted: boolean } | undefined> {
    const key = await this.findByHash(hash);
    if (key === undefined) return undefined;
    const works = key.isActive && (key.expiresAt === null || key.expiresAt > now);
    return { key, admitted: works && (await this.rateLimits.take(`${prefix}${key.id}`, limit, now)) === 0 };
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const found = this.withHash(hash);
    return found && { ...found };
  }

  async get(id: number): Promise<ApiKey> {
    const key = this.keys.get(id);
    if (key === undefined) throw notFound(id);
    return { ...key };
  }

  async listAll(): Promise<ApiKey[]> {
    return [...this.keys.values()].map((key) => ({ ...key }));
  }

  async create(key: Omit<ApiKey, "id">): Promise<ApiKey> {
    const known = this.withHash(key.hash);
    const made =
      known === undefined ? { id: this.keys.size + 1, ...key } : { ...known, isActive: true, expiresAt: key.expiresAt };
    this.keys.set(made.id, made);
    return { ...made };
  }

  async save(key: ApiKey): Promise<void> {
    if (!this.keys.has(key.id)) throw notFound(key.id);
    const other = this.withHash(key.hash);
    if (other !== undefined && other.id !== key.id) {
      throw new AppError("conflict", "conflict", "this was changed by another request; retry");
    }
    this.keys.set(key.id, { ...key });
  }

  private withHash(hash: string): ApiKey | undefined {
    return [...this.keys.values()].find((key) => key.hash === hash);
  }
}

function notFound(id: number): AppError {
  return new AppError("not_found", "key_not_found", `there is no key ${id}`);
}
