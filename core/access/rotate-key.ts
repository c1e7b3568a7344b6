import { AppError } from "../shared/errors.ts";
import type { Hasher, Ids } from "../shared/ports.ts";
import { keyText } from "./api-key.ts";
import type { ApiKeys } from "./ports.ts";

/** Gives a key a new text; the old one ends at once. The id stays, and so does everything that belongs to the key. */
export class RotateKey {
  private readonly keys: ApiKeys;
  private readonly ids: Ids;
  private readonly hasher: Hasher;

  constructor(deps: { keys: ApiKeys; ids: Ids; hasher: Hasher }) {
    this.keys = deps.keys;
    this.ids = deps.ids;
    this.hasher = deps.hasher;
  }

  async execute(input: { id: number }): Promise<{ text: string }> {
    const key = await this.keys.get(input.id);
    if (!key.isActive) throw new AppError("conflict", "key_revoked", `key ${key.id} was revoked; create a new one`);
    const text = keyText(this.ids.secret(32));
    await this.keys.save({ ...key, hash: this.hasher.sha256(text) });
    return { text };
  }
}
