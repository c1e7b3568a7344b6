import { describe, expect, it } from "vitest";
import { ForgetWindows } from "../../../core/access/forget-windows.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { MemoryRateLimits } from "../../fakes/memory-rate-limits.ts";

describe("forgetting windows and leases", () => {
  it("erases those that ended, and leaves the others in force", async () => {
    const clock = new FakeClock();
    const [rateLimits, leases] = [new MemoryRateLimits(), new MemoryLeases(clock)];
    const forget = new ForgetWindows({ rateLimits, leases, clock });
    await rateLimits.take("old", { perMinute: 1 }, clock.now());
    await leases.claim("old", "a", 1_000);
    await clock.advance(2 * 3_600_000);
    await rateLimits.take("young", { perMinute: 1 }, clock.now());
    await leases.claim("young", "a", 60_000);

    await forget.execute();

    expect(await rateLimits.deleteEnded(clock.now())).toBe(0);
    expect(await leases.deleteExpired()).toBe(0);
    expect(await rateLimits.peek("young", { perMinute: 1 }, clock.now())).toBe(60_000);
    expect(leases.held()).toEqual(["young"]);
  });
});
