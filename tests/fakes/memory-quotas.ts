import type { Quotas } from "../../core/access/ports.ts";

export class MemoryQuotas implements Quotas {
  private readonly used = new Map<string, number>();

  async claim(keyId: number, month: string, quota: number): Promise<boolean> {
    const used = await this.find(keyId, month);
    if (used >= quota) return false;
    this.used.set(`${keyId} ${month}`, used + 1);
    return true;
  }

  async release(keyId: number, month: string): Promise<void> {
    this.used.set(`${keyId} ${month}`, Math.max(0, (await this.find(keyId, month)) - 1));
  }

  async find(keyId: number, month: string): Promise<number> {
    return this.used.get(`${keyId} ${month}`) ?? 0;
  }
}
