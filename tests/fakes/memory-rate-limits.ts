import type { RateLimit, RateLimits } from "../../core/access/ports.ts";

const WINDOW_MS = 60_000;

/** Keeps for each name how many calls still count, in part perhaps, and since when. */
export class MemoryRateLimits implements RateLimits {
  private readonly buckets = new Map<string, { calls: number; perMinute: number; atMs: number }>();

  async take(name: string, limit: RateLimit, now: Date): Promise<number> {
    const waitMs = this.wait(name, limit, now);
    if (waitMs === 0) {
      const { perMinute } = limit;
      this.buckets.set(name, { calls: this.calls(name, now) + 1, perMinute, atMs: now.getTime() });
    }
    return waitMs;
  }

  async peek(name: string, limit: RateLimit, now: Date): Promise<number> {
    return this.wait(name, limit, now);
  }

  async deleteEnded(now: Date): Promise<number> {
    const ended = [...this.buckets.keys()].filter((name) => this.calls(name, now) === 0);
    for (const name of ended) this.buckets.delete(name);
    return ended.length;
  }

  private wait(name: string, limit: RateLimit, now: Date): number {
    const tooMany = this.calls(name, now) + 1 - limit.perMinute;
    // So little is what division lost, not a call.
    return tooMany < 1e-6 ? 0 : (tooMany * WINDOW_MS) / limit.perMinute;
  }

  private calls(name: string, now: Date): number {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) return 0;
    return Math.max(0, bucket.calls - ((now.getTime() - bucket.atMs) * bucket.perMinute) / WINDOW_MS);
  }
}
