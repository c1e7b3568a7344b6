import { hash, timingSafeEqual } from "node:crypto";
import type { Hasher } from "../../core/shared/ports.ts";

export class NodeHasher implements Hasher {
  sha256(text: string): string {
    return hash("sha256", text, "hex");
  }

  // Digests have one length, which timingSafeEqual wants, and so not even the length of a secret shows.
  equal(left: string, right: string): boolean {
    return timingSafeEqual(digest(left), digest(right));
  }
}

const digest = (text: string): Buffer => hash("sha256", text, "buffer");
