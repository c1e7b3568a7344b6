import type { Ids } from "../../core/shared/ports.ts";

/** Ids one can foresee: 1, 2, 3 ... in as many bytes as asked for. */
export class SequentialIds implements Ids {
  private last = 0;

  hex(bytes: number): string {
    return (++this.last).toString(16).padStart(bytes * 2, "0");
  }

  secret(bytes: number): string {
    return Buffer.from(this.hex(bytes), "hex").toString("base64url");
  }
}
