import type { Quotas } from "../../core/access/ports.ts";

export class MemoryQuotas implements Quotas {
  private readonly counted = new Map<string, number>();

  async claim(keyId: number, month: string, quota: number): Promise<boolean> {
    const used = this.used(keyId, month);
    if (used >= quota) return false;
    this.counted.set(`${keyId} ${month}`, used + 1);
    return true;
  }

  async release(keyId: number, month: string): Promise<void> {
    this.counted.set(`${keyId} ${month}`, Math.max(0, this.used(keyId, month) - 1));
  }

  async find(keyId: number, month: string): Promise<number> {
    return this.used(keyId, month);
  }

  private used(keyId: number, month: string): number {
    return this.counted.get(`${keyId} ${month}`) ?? 0;
  }
}
