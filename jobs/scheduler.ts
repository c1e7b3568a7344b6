import { type Logger as CronLogger, createTask, type ScheduledTask } from "node-cron";
import type { Clock, Ids, Leases, Logger } from "../core/shared/ports.ts";
import { type JobState, Runs } from "./job-runs.ts";

export interface Job {
  /** Names the job in the log, in the health report and in its leases. */
  name: string;
  /** Five or six fields, UTC. */
  cron: string;
  /** `process`: every process runs each tick. `cluster`: one process of all that share a database does. */
  scope: "process" | "cluster";
  /** Longest time a run in the cluster may take, 5 minutes unless given; then its signal aborts. */
  leaseMs?: number;
  run(signal: AbortSignal): Promise<void>;
}

export interface SchedulerDeps {
  leases: Leases;
  clock: Clock;
  ids: Ids;
  logger: Logger;
}

const STOP_MS = 10_000;
/** A tick late by less than this still runs, so that a busy second does not cost a daily job its day. */
const LATE_MS = 60_000;

/** Runs jobs at their times. A run that fails is logged and counted, and the next tick comes all the same. */
export class Scheduler {
  private readonly deps: SchedulerDeps;
  private readonly runs: Runs[];
  private tasks: ScheduledTask[] = [];

  constructor(deps: SchedulerDeps, jobs: readonly Job[]) {
    const holder = `scheduler:${deps.ids.hex(8)}`;
    this.deps = deps;
    this.runs = jobs.map((job) => new Runs(deps, job, holder));
    const names = new Set(jobs.map((job) => job.name));
    if (names.size < jobs.length) throw new Error("two jobs have the same name");
  }

  /** Throws on a cron line that cannot be read; then nothing is started. */
  start(): void {
    const logger = cronLogger(this.deps.logger);
    const made: ScheduledTask[] = [];
    try {
      for (const runs of this.runs) {
        const options = { name: runs.job.name, timezone: "UTC", missedExecutionTolerance: LATE_MS, logger };
        made.push(createTask(runs.job.cron, ({ date }) => runs.tick(date), options));
      }
    } catch (error) {
      for (const task of made) void task.destroy();
      throw error;
    }
    this.tasks = made;
    for (const task of made) void task.start();
  }

  /** No further ticks; aborts what runs and waits for it, at most `limitMs`. */
  async stop(limitMs = STOP_MS): Promise<void> {
    for (const task of this.tasks) void task.destroy();
    this.tasks = [];
    const over = new AbortController();
    const ended = Promise.all(this.runs.map((runs) => runs.stop()));
    const finished = await Promise.race([
      ended.then(() => true),
      this.deps.clock.sleep(limitMs, over.signal).then(() => false),
    ]);
    over.abort();
    if (!finished) {
      const busy = this.state().filter((state) => state.running);
      this.deps.logger.warn("jobs still running at stop", { jobs: busy.map((state) => state.name) });
    }
  }

  /** How each job fares, in the order of the timetable. */
  state(): JobState[] {
    return this.runs.map((runs) => runs.state());
  }
}

function cronLogger(logger: Logger): CronLogger {
  const write =
    (level: "debug" | "warn" | "error") =>
    (message: string | Error, error?: Error): void => {
      const cause = message instanceof Error ? message : error;
      logger[level](
        `cron: ${message instanceof Error ? "error" : message}`,
        cause === undefined ? {} : { error: cause },
      );
    };
  return { info: write("debug"), debug: write("debug"), warn: write("warn"), error: write("error") };
}
