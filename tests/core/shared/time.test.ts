import { describe, expect, it } from "vitest";
import { nextUtcMonth, rfc3339, utcDay, utcMonth } from "../../../core/shared/time.ts";

const LATE = new Date("2026-12-31T23:59:59.999Z");

describe("times", () => {
  it("are whole seconds in UTC on the wire, never rounded up", () => {
    expect(rfc3339(new Date("2026-11-22T13:00:00.000+01:00"))).toBe("2026-11-22T12:00:00Z");
    expect(rfc3339(LATE)).toBe("2026-12-31T23:59:59Z");
  });

  it("belong to a UTC day and month, whatever the time zone they were written in", () => {
    expect(utcDay(LATE)).toBe("2026-12-31");
    expect(utcMonth(LATE)).toBe("2026-12-01");
    expect(utcDay(new Date("2026-12-01T00:30:00+01:00"))).toBe("2026-11-30");
    expect(utcMonth(new Date("2026-12-01T00:30:00+01:00"))).toBe("2026-11-01");
  });

  it.each([
    ["2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z"],
    ["2026-01-31T12:00:00Z", "2026-02-01T00:00:00.000Z"],
    ["2028-02-29T00:00:00Z", "2028-03-01T00:00:00.000Z"],
    ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00.000Z"],
  ])("%s is followed by the month of %s", (at, next) => {
    expect(nextUtcMonth(new Date(at)).toISOString()).toBe(next);
  });
});
