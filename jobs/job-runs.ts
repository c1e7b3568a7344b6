import type { Job, SchedulerDeps } from "./scheduler.ts";

export interface JobState {
  name: string;
  running: boolean;
  runs: number;
  failures: number;
  /** Ticks at which this process did not run: another one did, or the last run was not over. */
  skipped: number;
  lastSuccessAt: Date | undefined;
  lastFailureAt: Date | undefined;
}

const LEASE_MS = 5 * 60_000;
/** A run that was told to end gets so long to do it before another process may begin. */
const GRACE_MS = 10_000;
/** A tick's lease is never given back, so that a process whose clock is late does not run the tick again. */
const TICK_MS = 24 * 60 * 60_000;

/** The runs of one job in this process: one at a time. */
export class Runs {
  readonly job: Job;
  private readonly deps: SchedulerDeps;
  private readonly holder: string;
  private readonly stopping = new AbortController();
  private current: Promise<void> | undefined;
  private readonly counts: Omit<JobState, "name" | "running"> = {
    runs: 0,
    failures: 0,
    skipped: 0,
    lastSuccessAt: undefined,
    lastFailureAt: undefined,
  };

  constructor(deps: SchedulerDeps, job: Job, holder: string) {
    this.deps = deps;
    this.job = job;
    this.holder = holder;
  }

  state(): JobState {
    return { name: this.job.name, running: this.current !== undefined, ...this.counts };
  }

  /** Never throws. */
  async tick(at: Date): Promise<void> {
    if (this.stopping.signal.aborted) return;
    if (this.current !== undefined) {
      this.counts.skipped++;
      this.deps.logger.warn("job skipped: its last run is not over", { job: this.job.name });
      return;
    }
    this.current = this.attempt(at);
    await this.current;
    this.current = undefined;
  }

  /** Aborts the run in hand and ends when it has ended; no tick runs afterwards. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current;
  }

  private async attempt(at: Date): Promise<void> {
    try {
      const ran = this.job.scope === "cluster" ? await this.runInCluster(at) : await this.run(this.stopping.signal);
      if (ran) this.counts.lastSuccessAt = this.deps.clock.now();
      else this.counts.skipped++;
    } catch (error) {
      // Boundary: there is nobody to throw to.
      if (this.stopping.signal.aborted) {
        this.deps.logger.info("job ended early: stopping", { job: this.job.name });
        return;
      }
      this.counts.failures++;
      this.counts.lastFailureAt = this.deps.clock.now();
      this.deps.logger.error("job failed", { job: this.job.name, failures: this.counts.failures, error });
    }
  }

  private async run(signal: AbortSignal): Promise<true> {
    this.counts.runs++;
    await this.job.run(signal);
    return true;
  }

  // The tick first: who comes late for it must not hold the job's lease while the next tick begins elsewhere.
  private async runInCluster(at: Date): Promise<boolean> {
    const { leases, ids } = this.deps;
    const { name, leaseMs = LEASE_MS } = this.job;
    // A holder of its own each time: if this clock is set back, the tick is not ours a second time either.
    const isFirst = await leases.claim(`tick:${name}:${at.toISOString()}`, ids.hex(8), TICK_MS);
    if (!isFirst || !(await leases.claim(`job:${name}`, this.holder, leaseMs + GRACE_MS))) return false;
    try {
      if (this.stopping.signal.aborted) return false;
      return await this.runWithin(leaseMs);
    } finally {
      await this.release(`job:${name}`);
    }
  }

  private async runWithin(limitMs: number): Promise<true> {
    const timeout = new AbortController();
    const ended = new AbortController();
    const waiting = this.deps.clock.sleep(limitMs, ended.signal).then(() => {
      if (!ended.signal.aborted) timeout.abort(new Error(`the run took longer than ${limitMs} ms`));
    });
    try {
      return await this.run(AbortSignal.any([this.stopping.signal, timeout.signal]));
    } finally {
      ended.abort();
      await waiting;
    }
  }

  private async release(lease: string): Promise<void> {
    try {
      await this.deps.leases.release(lease, this.holder);
    } catch (error) {
      // Best effort: the lease runs out by itself.
      this.deps.logger.warn("a job's lease could not be given back", { job: this.job.name, error });
    }
  }
}
