import { expect, it } from "vitest";
import { ForgetWindows } from "../../../core/access/forget-windows.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { openAccess } from "../../support/access.ts";

it("forgets windows that ended and none that still counts", async () => {
  const access = openAccess();
  const { rateLimits, clock } = access;
  const leases = new MemoryLeases(clock);
  const forget = new ForgetWindows({ rateLimits, leases, clock });
  await rateLimits.take("a", { perMinute: 1 }, clock.now());
  await forget.execute();
  expect(await rateLimits.take("a", { perMinute: 1 }, clock.now())).toBe(60_000);
  await clock.advance(61_000);
  expect(await rateLimits.deleteEnded(clock.now())).toBe(1);
  await forget.execute();
});
