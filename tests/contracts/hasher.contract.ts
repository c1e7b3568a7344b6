import { describe, expect, it } from "vitest";
import type { Hasher } from "../../core/shared/ports.ts";

/** What every hasher promises. The first two digests are published examples of SHA-256. */
export function describeHasher(name: string, make: () => Hasher): void {
  describe(`${name} as Hasher`, () => {
    it.each([
      ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
      ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
      ["ä", "33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc"],
    ])("hashes %j with SHA-256", (text, digest) => {
      expect(make().sha256(text)).toBe(digest);
    });

    it("finds equal what is equal, and nothing else, whatever the lengths", () => {
      const hasher = make();
      expect(hasher.equal("secret", "secret")).toBe(true);
      expect(hasher.equal("", "")).toBe(true);
      for (const other of ["", "Secret", "secre", "secrets", "secret\0"])
        expect(hasher.equal("secret", other)).toBe(false);
    });
  });
}
