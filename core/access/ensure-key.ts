import { AppError } from "../shared/errors.ts";
import type { Clock, Hasher } from "../shared/ports.ts";
import { type ApiKey, hasKeyForm } from "./api-key.ts";
import type { ApiKeys } from "./ports.ts";

export interface EnsureKeyInput {
  text: string;
  owner: string;
  name: string;
}

/** Makes sure that a key given from outside exists and works, without a quota: the bootstrap and development keys. */
export class EnsureKey {
  private readonly keys: ApiKeys;
  private readonly hasher: Hasher;
  private readonly clock: Clock;

  constructor(deps: { keys: ApiKeys; hasher: Hasher; clock: Clock }) {
    this.keys = deps.keys;
    this.hasher = deps.hasher;
    this.clock = deps.clock;
  }

  async execute(input: EnsureKeyInput): Promise<ApiKey> {
    if (!hasKeyForm(input.text)) {
      throw new AppError("invalid_input", "invalid_key_form", "a key is atk_ and 43 URL-safe characters");
    }
    return this.keys.create({
      hash: this.hasher.sha256(input.text),
      owner: input.owner,
      name: input.name,
      isActive: true,
      createdAt: this.clock.now(),
      expiresAt: null,
      monthlyQuota: null,
    });
  }
}
