import type { Clock, Leases } from "../../core/shared/ports.ts";

const HOUR_MS = 60 * 60_000;

export class MemoryLeases implements Leases {
  private readonly clock: Clock;
  private readonly leases = new Map<string, { holder: string; expiresAt: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async claim(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const now = this.clock.now().getTime();
    const lease = this.leases.get(name);
    if (lease !== undefined && lease.holder !== holder && lease.expiresAt >= now) return false;
    this.leases.set(name, { holder, expiresAt: now + ttlMs });
    return true;
  }

  async release(name: string, holder: string): Promise<void> {
    const lease = this.leases.get(name);
    if (lease?.holder === holder) lease.expiresAt = Number.NEGATIVE_INFINITY;
  }

  async deleteExpired(): Promise<number> {
    const longAgo = this.clock.now().getTime() - HOUR_MS;
    const gone = [...this.leases].filter(([, lease]) => lease.expiresAt < longAgo);
    for (const [name] of gone) this.leases.delete(name);
    return gone.length;
  }

  /** Lets a lease run out long ago. */
  expire(name: string): void {
    const lease = this.leases.get(name);
    if (lease !== undefined) lease.expiresAt = 0;
  }

  /** The names of the leases held now, in order. */
  held(): string[] {
    const now = this.clock.now().getTime();
    return [...this.leases].flatMap(([name, lease]) => (lease.expiresAt >= now ? [name] : [])).sort();
  }
}
