import { describe, expect, it } from "vitest";
import { RandomIds } from "../../../adapters/node/random-ids.ts";

describe("random ids", () => {
  it("cannot be foreseen from another source: no two begin alike", () => {
    const firsts = Array.from({ length: 50 }, () => new RandomIds().hex(16));
    expect(new Set(firsts).size).toBe(50);
  });

  it("use every byte there is", () => {
    const bytes = Buffer.from(new RandomIds().hex(20_000), "hex");
    expect(new Set(bytes).size).toBe(256);
  });
});
