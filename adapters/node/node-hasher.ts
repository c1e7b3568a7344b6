import { createHash, timingSafeEqual } from "node:crypto";
import type { Hasher } from "../../core/shared/ports.ts";

export class NodeHasher implements Hasher {
  sha256(text: string): string {
    return digest(text).toString("hex");
  }

  // Digests have one length, which timingSafeEqual wants, and so not even the length of a secret shows.
  equal(left: string, right: string): boolean {
    return timingSafeEqual(digest(left), digest(right));
  }
}

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();
