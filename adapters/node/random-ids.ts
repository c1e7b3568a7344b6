import { randomBytes } from "node:crypto";
import type { Ids } from "../../core/shared/ports.ts";

export class RandomIds implements Ids {
  hex(bytes: number): string {
    return randomBytes(bytes).toString("hex");
  }

  secret(bytes: number): string {
    return randomBytes(bytes).toString("base64url");
  }
}
