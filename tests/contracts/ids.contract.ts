import { describe, expect, it } from "vitest";
import type { Ids } from "../../core/shared/ports.ts";

/** What every source of ids promises. */
export function describeIds(name: string, make: () => Ids): void {
  describe(`${name} as Ids`, () => {
    it("writes as many bytes as asked for in lower-case hex", () => {
      const ids = make();
      for (const bytes of [1, 8, 16, 32]) expect(ids.hex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
    });

    it("writes as many bytes as asked for in URL-safe base64 without padding", () => {
      const ids = make();
      for (const bytes of [8, 16, 24, 32]) {
        const secret = ids.secret(bytes);
        expect(secret).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(Buffer.from(secret, "base64url")).toHaveLength(bytes);
      }
    });

    it("gives none twice", () => {
      const ids = make();
      const given = Array.from({ length: 200 }, () => [ids.hex(16), ids.secret(16)]).flat();
      expect(new Set(given).size).toBe(given.length);
    });
  });
}
