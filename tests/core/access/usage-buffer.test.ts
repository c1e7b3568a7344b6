import { describe, expect, it } from "vitest";
import { UsageBuffer } from "../../../core/access/usage-buffer.ts";

const ROW = { keyId: 1, day: "2026-11-22", endpoint: "/chat", calls: 1, modelTokens: 10 };

describe("usage that is not stored yet", () => {
  it("is one row per key, day and endpoint, however many calls there were", () => {
    const buffer = new UsageBuffer();
    for (let n = 0; n < 100; n++) buffer.add(ROW);
    const others = [
      { ...ROW, keyId: 2 },
      { ...ROW, day: "2026-11-23" },
      { ...ROW, endpoint: "/usage" },
    ];
    for (const row of others) buffer.add(row);
    expect(buffer.drain()).toEqual([{ ...ROW, calls: 100, modelTokens: 1_000 }, ...others]);
  });

  it("is handed over once", () => {
    const buffer = new UsageBuffer();
    buffer.add(ROW);
    expect(buffer.drain()).toEqual([ROW]);
    expect(buffer.drain()).toEqual([]);
  });

  it("does not change the rows it is given, nor those it has handed over", () => {
    const buffer = new UsageBuffer();
    const given = { ...ROW };
    buffer.add(given);
    buffer.add(given);
    const [handedOver] = buffer.drain();
    buffer.add(given);
    buffer.add(given);
    expect(given).toEqual(ROW);
    expect(handedOver?.calls).toBe(2);
  });
});
