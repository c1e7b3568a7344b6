import { vi } from "vitest";
import { SystemClock } from "../../adapters/node/system-clock.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { describeClock } from "./clock.contract.ts";

describeClock("FakeClock", () => {
  const clock = new FakeClock();
  return { clock, advance: (milliseconds) => clock.advance(milliseconds) };
});

describeClock("SystemClock", () => {
  vi.useFakeTimers();
  return {
    clock: new SystemClock(),
    advance: (milliseconds) => vi.advanceTimersByTimeAsync(milliseconds),
    close: () => {
      vi.useRealTimers();
    },
  };
});
