import type { PackageFacts } from "./package-facts.ts";
import type { Clock, HealthProbe, HealthResult } from "./ports.ts";

/** A check may take this long; its result is kept for `KEPT_MS`. */
const CHECK_MS = 1_000;
const KEPT_MS = 10_000;

export interface Health {
  /** `unhealthy`: the database fails or the server stops; `degraded`: something else fails. */
  status: "healthy" | "degraded" | "unhealthy";
  at: Date;
  version: string;
  checks: Record<string, HealthResult>;
}

/** How the product's parts are. Anyone may ask, often: no check spends money, and nothing secret is in the answer. */
export class GetHealth {
  private readonly probes: readonly HealthProbe[];
  private readonly facts: PackageFacts;
  private readonly clock: Clock;
  private readonly stopping: AbortSignal;
  private readonly kept = new Map<string, { atMs: number; result: Promise<HealthResult> }>();

  constructor(deps: { probes: readonly HealthProbe[]; facts: PackageFacts; clock: Clock; stopping: AbortSignal }) {
    this.probes = deps.probes;
    this.facts = deps.facts;
    this.clock = deps.clock;
    this.stopping = deps.stopping;
  }

  async execute(): Promise<Health> {
    const entries = await Promise.all(
      this.probes.map(async (probe) => [probe.name, await this.result(probe)] as const),
    );
    const checks = Object.fromEntries(entries);
    const failing = entries.filter(([, result]) => result.status === "failing").map(([name]) => name);
    const down = this.stopping.aborted || failing.includes("database");
    const status = down ? "unhealthy" : failing.length > 0 ? "degraded" : "healthy";
    return { status, at: this.clock.now(), version: this.facts.version, checks };
  }

  private result(probe: HealthProbe): Promise<HealthResult> {
    const now = this.clock.now().getTime();
    const known = this.kept.get(probe.name);
    if (known !== undefined && now - known.atMs < KEPT_MS) return known.result;
    const result = this.check(probe);
    this.kept.set(probe.name, { atMs: now, result });
    return result;
  }

  private async check(probe: HealthProbe): Promise<HealthResult> {
    if (probe.check === undefined) return { status: "disabled" };
    const mode = probe.mode === undefined ? {} : { mode: probe.mode };
    const started = this.clock.now().getTime();
    const done = new AbortController();
    const late = new AbortController();
    const timeout = this.clock.sleep(CHECK_MS, done.signal).then(() => {
      late.abort();
      throw new Error("the check took too long");
    });
    timeout.catch(() => {}); // expected: the check was faster
    try {
      await Promise.race([probe.check(late.signal), timeout]);
      return { status: "ok", ...mode, latencyMs: this.clock.now().getTime() - started };
    } catch {
      return { status: "failing", ...mode }; // boundary: why is in that part's own log
    } finally {
      done.abort();
    }
  }
}
