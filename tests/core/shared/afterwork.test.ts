import { beforeEach, describe, expect, it } from "vitest";
import { Afterwork } from "../../../core/shared/afterwork.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { RecordingLogger } from "../../fakes/recording-logger.ts";

let clock: FakeClock;
let logger: RecordingLogger;
let afterwork: Afterwork;
beforeEach(() => {
  clock = new FakeClock();
  logger = new RecordingLogger();
  afterwork = new Afterwork({ logger });
});

describe("work that nobody waits for", () => {
  it("is waited for by a stop", async () => {
    const ended: string[] = [];
    const work = (name: string, ms: number) => async () => {
      await clock.sleep(ms);
      ended.push(name);
    };
    afterwork.start("long", work("long", 2_000));
    afterwork.start("short", work("short", 1_000));
    let idle = false;
    const stopping = afterwork.idle().then(() => {
      idle = true;
    });
    await clock.advance(1_999);
    expect([ended, idle]).toEqual([["short"], false]);
    await clock.advance(1);
    await stopping;
    expect(ended).toEqual(["short", "long"]);
  });

  it("that fails is logged with its name, and harms neither the stop nor other work", async () => {
    const error = new Error("the model broke");
    let done = false;
    afterwork.start("summarise", async () => {
      throw error;
    });
    afterwork.start("other", async () => {
      done = true;
    });
    await afterwork.idle();
    expect(done).toBe(true);
    expect(logger.lines).toEqual([
      { level: "warn", message: "afterwork failed", fields: { work: "summarise", error } },
    ]);
  });

  it("that fails before it is a promise is logged, too", async () => {
    const error = new Error("not even a promise");
    afterwork.start("summarise", () => {
      throw error;
    });
    await afterwork.idle();
    expect(logger.lines).toMatchObject([{ level: "warn", fields: { work: "summarise", error } }]);
  });

  it("that fails before it has begun to wait is logged all the same", async () => {
    afterwork.start("summarise", () => {
      throw new Error("at once");
    });
    await afterwork.idle();
    expect(logger.lines).toMatchObject([{ message: "afterwork failed", fields: { work: "summarise" } }]);
  });

  it("is nothing to wait for when there is none", async () => {
    await afterwork.idle();
    expect(logger.lines).toEqual([]);
  });
});
