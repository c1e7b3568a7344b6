import { randomBytes, randomFillSync } from "node:crypto";
import type { Ids } from "../../core/shared/ports.ts";

const POOL_BYTES = 4_096;

export class RandomIds implements Ids {
  // A call to the source of chance costs the same for 16 bytes as for thousands.
  private readonly pool = Buffer.alloc(POOL_BYTES);
  private used = POOL_BYTES;

  hex(bytes: number): string {
    if (bytes > POOL_BYTES) return randomBytes(bytes).toString("hex");
    if (this.used + bytes > POOL_BYTES) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    this.used += bytes;
    return this.pool.toString("hex", this.used - bytes, this.used);
  }

  secret(bytes: number): string {
    return randomBytes(bytes).toString("base64url");
  }
}
