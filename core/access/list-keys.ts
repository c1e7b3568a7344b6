import type { ApiKey } from "./api-key.ts";
import type { ApiKeys } from "./ports.ts";

/** All service keys, oldest first, without what could be used to call. */
export class ListKeys {
  private readonly keys: ApiKeys;

  constructor(deps: { keys: ApiKeys }) {
    this.keys = deps.keys;
  }

  async execute(): Promise<Omit<ApiKey, "hash">[]> {
    return (await this.keys.listAll()).map(({ hash: _, ...key }) => key);
  }
}
