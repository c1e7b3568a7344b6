import type { RateLimit, RateLimits } from "../../core/access/ports.ts";

const WINDOW_MS = 60_000;

/** Keeps for each name how many calls, in part still counting, lie in its bucket, and when that was so. */
export class MemoryRateLimits implements RateLimits {
  private readonly buckets = new Map<string, { calls: number; perMinute: number; atMs: number }>();

  async take(name: string, limit: RateLimit, now: Date): Promise<number> {
    const waitMs = await this.peek(name, limit, now);
    if (waitMs > 0) return waitMs;
    const { perMinute } = limit;
    this.buckets.set(name, { calls: this.calls(name, now) + 1, perMinute, atMs: now.getTime() });
    return 0;
  }

  async peek(name: string, limit: RateLimit, now: Date): Promise<number> {
    const tooMany = this.calls(name, now) + 1 - limit.perMinute;
    // Less than a billionth of a call is what division lost.
    return tooMany <= 1e-9 ? 0 : (tooMany * WINDOW_MS) / limit.perMinute;
  }

  async deleteEnded(now: Date): Promise<number> {
    const ended = [...this.buckets.keys()].filter((name) => this.calls(name, now) === 0);
    for (const name of ended) this.buckets.delete(name);
    return ended.length;
  }

  private calls(name: string, now: Date): number {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) return 0;
    return Math.max(0, bucket.calls - ((now.getTime() - bucket.atMs) * bucket.perMinute) / WINDOW_MS);
  }
}
