import { describe, expect, it } from "vitest";
import { SystemClock } from "../../../adapters/node/system-clock.ts";

describe("the system's clock", () => {
  it("shows the system's time", () => {
    const before = Date.now();
    const shown = new SystemClock().now().getTime();
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown).toBeLessThanOrEqual(Date.now());
  });
});
