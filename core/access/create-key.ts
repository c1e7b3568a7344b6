import { z } from "zod";
import type { Clock, Hasher, Ids } from "../shared/ports.ts";
import { type ApiKey, keyText } from "./api-key.ts";
import type { ApiKeys } from "./ports.ts";

export const CreateKeyInput = z.object({
  owner: z.string().trim().min(1).max(120),
  name: z.string().trim().min(1).max(120),
  expiresAt: z.date().nullable().default(null),
  monthlyQuota: z.int().min(0).max(1_000_000_000).nullable().default(null),
});
export type CreateKeyInput = z.infer<typeof CreateKeyInput>;

/** Makes a service key. Its text is in the answer and nowhere else: it cannot be shown again. */
export class CreateKey {
  private readonly keys: ApiKeys;
  private readonly ids: Ids;
  private readonly hasher: Hasher;
  private readonly clock: Clock;

  constructor(deps: { keys: ApiKeys; ids: Ids; hasher: Hasher; clock: Clock }) {
    this.keys = deps.keys;
    this.ids = deps.ids;
    this.hasher = deps.hasher;
    this.clock = deps.clock;
  }

  async execute(input: CreateKeyInput): Promise<{ key: ApiKey; text: string }> {
    const text = keyText(this.ids.secret(32));
    const now = this.clock.now();
    const key = await this.keys.create({ ...input, hash: this.hasher.sha256(text), isActive: true, createdAt: now });
    return { key, text };
  }
}
