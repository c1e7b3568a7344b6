import { z } from "zod";
import type { ApiKeys } from "./ports.ts";

export const SetQuotaInput = z.object({
  id: z.int().positive(),
  monthlyQuota: z.int().min(0).max(1_000_000_000).nullable(),
});
export type SetQuotaInput = z.infer<typeof SetQuotaInput>;

/** Sets how many calls a key has a UTC month, null for no limit; holds from the next call on, calls made before it do not count. */
export class SetQuota {
  private readonly keys: ApiKeys;

  constructor(deps: { keys: ApiKeys }) {
    this.keys = deps.keys;
  }

  async execute(input: SetQuotaInput): Promise<void> {
    await this.keys.save({ ...(await this.keys.get(input.id)), monthlyQuota: input.monthlyQuota });
  }
}
