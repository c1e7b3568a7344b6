import { beforeEach, describe, expect, it } from "vitest";
import { Watchdog } from "../../../core/chat/watchdog.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { aCall } from "../../support/chat.ts";

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const watch = (signal = new AbortController().signal): Watchdog =>
  new Watchdog(clock, aCall({ signal }), { totalMs: 600_000, idleMs: 60_000 });
const message = (seconds: number): string => `no answer within ${seconds} s; use POST /background/create for long work`;

describe("the watch over work", () => {
  it("ends what shows no sign of life for too long, and says how long that was", async () => {
    const dog = watch();
    await clock.advance(59_999);
    expect(dog.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(dog.signal.aborted).toBe(true);
    const cause = new Error("aborted");
    expect(dog.explain(cause)).toMatchObject({ code: "timeout", reason: "timeout", message: message(60), cause });
  });

  it("counts silence from the last sign of life", async () => {
    const dog = watch();
    await clock.advance(50_000);
    dog.touch();
    await clock.advance(59_999);
    expect(dog.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(dog.signal.aborted).toBe(true);
  });

  it("ends what takes too long in all, lively as it may be", async () => {
    const dog = watch();
    for (let n = 0; n < 12; n++) {
      expect(dog.signal.aborted).toBe(false);
      await clock.advance(50_000);
      dog.touch();
    }
    expect(dog.signal.aborted).toBe(true);
    expect(dog.explain(new Error("aborted"))).toMatchObject({ code: "timeout", message: message(600) });
  });

  it("explains nothing that it did not cause", () => {
    const error = new Error("the model broke");
    expect(watch().explain(error)).toBe(error);
  });

  it("ends the work of a caller who leaves, and does not call that late", async () => {
    const caller = new AbortController();
    const dog = watch(caller.signal);
    caller.abort();
    expect(dog.signal.aborted).toBe(true);
    const error = new Error("aborted");
    expect(dog.explain(error)).toBe(error);
  });

  it("counts no silence while the reader is slow, but the time as a whole", async () => {
    const dog = watch();
    dog.pause();
    await clock.advance(599_000);
    expect(dog.signal.aborted).toBe(false);
    await clock.advance(1_000);
    expect(dog.signal.aborted).toBe(true);
    expect(dog.explain(new Error("aborted"))).toMatchObject({ message: expect.stringContaining("within 600 s") });
  });

  it.each(["stop", "abandon"] as const)("after %s watches no more, and calls nothing late", async (end) => {
    const dog = watch();
    dog[end]();
    expect(dog.signal.aborted).toBe(end === "abandon");
    await clock.advance(600_000);
    const error = new Error("aborted");
    expect(dog.explain(error)).toBe(error);
    expect(clock.sleeping).toBe(0);
  });
});
