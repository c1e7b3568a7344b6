import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../adapters/node/system-clock.ts";
import type { Leases } from "../../core/shared/ports.ts";
import { type Job, Scheduler } from "../../jobs/scheduler.ts";
import { MemoryLeases } from "../fakes/memory-leases.ts";
import { RecordingLogger } from "../fakes/recording-logger.ts";
import { SequentialIds } from "../fakes/sequential-ids.ts";

const START = new Date("2026-03-01T00:00:00.000Z");
const MINUTE_MS = 60_000;

const clock = new SystemClock();
let logger: RecordingLogger;
let leases: MemoryLeases;
// Shared, as two processes never draw the same id.
let ids: SequentialIds;
let started: Scheduler[];

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  logger = new RecordingLogger();
  leases = new MemoryLeases(clock);
  ids = new SequentialIds();
  started = [];
});

afterEach(async () => {
  const stopping = Promise.all(started.map((scheduler) => scheduler.stop()));
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  await stopping;
  vi.useRealTimers();
});

function start(jobs: Job[], store: Leases = leases): Scheduler {
  const scheduler = new Scheduler({ clock, ids, logger, leases: store }, jobs);
  started.push(scheduler);
  scheduler.start();
  return scheduler;
}

/** A job of every minute that writes down when it ran. */
function recorder(overrides: Partial<Job> = {}): { job: Job; times: string[] } {
  const times: string[] = [];
  const run = async (): Promise<void> => {
    times.push(clock.now().toISOString().slice(11, 19));
  };
  return { job: { name: "record", cron: "* * * * *", scope: "process", run, ...overrides }, times };
}

const sleeper =
  (milliseconds: number): Job["run"] =>
  async (signal) => {
    await clock.sleep(milliseconds, signal);
    signal.throwIfAborted();
  };

describe("the scheduler", () => {
  it("runs each job at its times", async () => {
    const often = recorder({ name: "often", cron: "*/20 * * * * *" });
    const minutely = recorder({ name: "minutely" });
    start([often.job, minutely.job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(often.times).toEqual(["00:00:20", "00:00:40", "00:01:00"]);
    expect(minutely.times).toEqual(["00:01:00"]);
  });

  it("reads times as UTC, wherever it runs", async () => {
    const daily = recorder({ cron: "30 3 * * *" });
    start([daily.job]);
    await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE_MS);
    expect(daily.times).toEqual(["03:30:00"]);
  });

  it("refuses a cron line that cannot be read, and then starts nothing", async () => {
    const good = recorder({ name: "good" });
    const bad = recorder({ name: "bad", cron: "61 * * * *" });
    expect(() => start([good.job, bad.job])).toThrow("61");
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(good.times).toEqual([]);
  });

  it("refuses two jobs of one name", () => {
    expect(() => start([recorder().job, recorder().job])).toThrow("same name");
  });

  it("logs and counts a failure, and runs at the next time all the same", async () => {
    const problem = new Error("no table");
    let runs = 0;
    const run = async (): Promise<void> => {
      runs++;
      if (runs === 1) throw problem;
    };
    const scheduler = start([recorder({ run }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(logger.lines).toEqual([
      { level: "error", message: "job failed", fields: { job: "record", failures: 1, error: problem } },
    ]);
    expect(scheduler.state()).toMatchObject([{ runs: 1, failures: 1, lastSuccessAt: undefined }]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(scheduler.state()).toMatchObject([{ runs: 2, failures: 1, running: false }]);
    const [state] = scheduler.state();
    expect(state?.lastFailureAt).toEqual(new Date("2026-03-01T00:01:00.000Z"));
    expect(state?.lastSuccessAt).toEqual(new Date("2026-03-01T00:02:00.000Z"));
  });

  it("takes a job that throws instead of rejecting for a failure, too", async () => {
    const run = (): Promise<void> => {
      throw new Error("at once");
    };
    const scheduler = start([recorder({ run }).job]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(scheduler.state()).toMatchObject([{ runs: 2, failures: 2 }]);
  });

  it("does not begin a run before the last one is over, and says so", async () => {
    const scheduler = start([recorder({ run: sleeper(90_000) }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(scheduler.state()).toMatchObject([{ running: true, runs: 1 }]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(scheduler.state()).toMatchObject([{ running: true, runs: 2, skipped: 1 }]);
    expect(logger.messages("warn")).toEqual(["job skipped: its last run is not over"]);
  });

  it("lets nothing of the cron library reach the console", async () => {
    const consoles = (["log", "info", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
    start([recorder({ cron: "*/10 * * * * *" }).job]);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.setSystemTime(new Date("2026-03-01T00:10:00Z")); // as if the machine had slept
    await vi.advanceTimersByTimeAsync(10_000);
    for (const spy of consoles) expect(spy).not.toHaveBeenCalled();
    expect(logger.messages("warn").some((message) => message.startsWith("cron: missed execution"))).toBe(true);
    for (const spy of consoles) spy.mockRestore();
  });
});

describe("stopping the scheduler", () => {
  it("ends all ticks", async () => {
    const { job, times } = recorder();
    const scheduler = start([job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await scheduler.stop();
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(times).toHaveLength(1);
  });

  it("aborts the run in hand and waits for its end, which is no failure", async () => {
    const ends: string[] = [];
    const run = async (signal: AbortSignal): Promise<void> => {
      await clock.sleep(10 * MINUTE_MS, signal);
      await clock.sleep(3_000);
      ends.push("tidied up");
      signal.throwIfAborted();
    };
    const scheduler = start([recorder({ run }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    const stopped = scheduler.stop().then(() => ends.push("stopped"));
    await vi.advanceTimersByTimeAsync(3_000);
    await stopped;
    expect(ends).toEqual(["tidied up", "stopped"]);
    expect(scheduler.state()).toMatchObject([{ running: false, failures: 0 }]);
    expect(logger.messages("error")).toEqual([]);
  });

  it("does not wait for ever for a run that does not listen", async () => {
    const scheduler = start([recorder({ name: "deaf", run: () => clock.sleep(60 * MINUTE_MS) }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    let stopped = false;
    const stopping = scheduler.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopping;
    expect(logger.lines.at(-1)).toEqual({
      level: "warn",
      message: "jobs still running at stop",
      fields: { jobs: ["deaf"] },
    });
  });

  it("leaves no timer behind", async () => {
    const scheduler = start([recorder({ scope: "cluster", run: sleeper(90_000) }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await scheduler.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("jobs of the cluster", () => {
  it("run each tick in one process of several", async () => {
    const first = recorder({ scope: "cluster" });
    const second = recorder({ scope: "cluster" });
    const schedulers = [start([first.job]), start([second.job])];
    await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
    expect([...first.times, ...second.times].sort()).toEqual(["00:01:00", "00:02:00", "00:03:00"]);
    const states = schedulers.flatMap((scheduler) => scheduler.state());
    expect(states.reduce((sum, state) => sum + state.runs, 0)).toBe(3);
    expect(states.reduce((sum, state) => sum + state.skipped, 0)).toBe(3);
    expect(logger.lines).toEqual([]);
  });

  it("run in every process when they are of scope process", async () => {
    const recorders = [recorder(), recorder()];
    for (const { job } of recorders) start([job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(recorders.map(({ times }) => times.length)).toEqual([1, 1]);
  });

  it("do not run a tick again in a process that comes late for it", async () => {
    const first = recorder({ scope: "cluster" });
    start([first.job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS + 20_000);
    vi.setSystemTime(new Date("2026-03-01T00:00:59.000Z")); // the clock of the second process is late
    const second = recorder({ scope: "cluster" });
    start([second.job]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect([first.times, second.times]).toEqual([["00:01:00"], []]);
  });

  it("do not overlap with a long run in another process, and go on after it", async () => {
    const long = recorder({ scope: "cluster", run: sleeper(90_000) });
    start([long.job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    const other = recorder({ scope: "cluster" });
    start([other.job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(other.times).toEqual([]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(other.times.length + (started[0]?.state()[0]?.runs ?? 0)).toBe(2);
  });

  it("give the lease back after a run, good or bad, and keep the tick's", async () => {
    const fails = async (): Promise<void> => {
      throw new Error("no");
    };
    start([recorder({ scope: "cluster" }).job, recorder({ name: "fails", scope: "cluster", run: fails }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(leases.held()).toEqual(["tick:fails:2026-03-01T00:01:00.000Z", "tick:record:2026-03-01T00:01:00.000Z"]);
  });

  it("end a run that takes longer than its lease before another process may begin", async () => {
    const scheduler = start([recorder({ scope: "cluster", leaseMs: 20_000, run: sleeper(10 * MINUTE_MS) }).job]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(scheduler.state()).toMatchObject([{ running: true }]);
    expect(leases.held()).toContain("job:record");
    await vi.advanceTimersByTimeAsync(1);
    expect(scheduler.state()).toMatchObject([{ running: false, failures: 1 }]);
    expect(logger.lines[0]?.fields).toMatchObject({ error: new Error("the run took longer than 20000 ms") });
  });

  it("count leases that cannot be had as a failure, and do not run", async () => {
    const broken: Leases = {
      claim: () => Promise.reject(new Error("database is down")),
      release: () => Promise.reject(new Error("database is down")),
      deleteExpired: async () => 0,
    };
    const { job, times } = recorder({ scope: "cluster" });
    const scheduler = start([job], broken);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(times).toEqual([]);
    expect(scheduler.state()).toMatchObject([{ runs: 0, failures: 1 }]);
  });

  it("do not fail over a lease that cannot be given back", async () => {
    const forgetful: Leases = {
      claim: (name, holder, ttlMs) => leases.claim(name, holder, ttlMs),
      release: () => Promise.reject(new Error("database is down")),
      deleteExpired: async () => 0,
    };
    const scheduler = start([recorder({ scope: "cluster" }).job], forgetful);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(scheduler.state()).toMatchObject([{ runs: 1, failures: 0 }]);
    expect(logger.messages("warn")).toEqual(["a job's lease could not be given back"]);
  });
});
