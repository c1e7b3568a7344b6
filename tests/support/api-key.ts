import type { ApiKey } from "../../core/access/api-key.ts";

let made = 0;

/** A key as it is before a store has given it an id, with a hash of its own. */
export function aKey(changes: Partial<ApiKey> = {}): Omit<ApiKey, "id"> {
  return {
    hash: `hash-${++made}`,
    owner: "Acme",
    name: "prod",
    isActive: true,
    createdAt: new Date("2026-11-22T12:00:00.123Z"),
    expiresAt: null,
    monthlyQuota: null,
    ...changes,
  };
}
