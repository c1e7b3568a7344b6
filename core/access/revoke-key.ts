import type { ApiKeys } from "./ports.ts";

/** Ends a service key at once, on every process. Its data stays. Revoking twice is fine. */
export class RevokeKey {
  private readonly keys: ApiKeys;

  constructor(deps: { keys: ApiKeys }) {
    this.keys = deps.keys;
  }

  async execute(input: { id: number }): Promise<void> {
    await this.keys.save({ ...(await this.keys.get(input.id)), isActive: false });
  }
}
