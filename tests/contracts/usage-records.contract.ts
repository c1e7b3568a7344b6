import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UsageRecords, UsageRow } from "../../core/access/ports.ts";

export interface UsageRecordsSubject {
  records: UsageRecords;
  /** The id of a new key. */
  newKey(): Promise<number>;
  close?: () => Promise<void>;
}

/** What every store of usage promises. Each test uses keys of its own, so one store serves all. */
export function describeUsageRecords(name: string, make: () => Promise<UsageRecordsSubject>): void {
  describe(`${name} as UsageRecords`, () => {
    let subject: UsageRecordsSubject;
    let keyId: number;

    beforeAll(async () => {
      subject = await make();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    const row = (changes: Partial<UsageRow> = {}): UsageRow => ({
      ...{ keyId, day: "2026-11-22", endpoint: "/chat", calls: 1, modelTokens: 10 },
      ...changes,
    });
    const listed = async (id = keyId): Promise<UsageRow[]> =>
      (await subject.records.listByKey(id)).sort((a, b) => (a.day + a.endpoint < b.day + b.endpoint ? -1 : 1));

    it("knows nothing of a key that was never used", async () => {
      keyId = await subject.newKey();
      expect(await listed()).toEqual([]);
    });

    it("adds up over adds of one day and endpoint", async () => {
      keyId = await subject.newKey();
      await subject.records.add([row({ calls: 2, modelTokens: 30 })]);
      await subject.records.add([row({ calls: 3, modelTokens: 0 })]);
      expect(await listed()).toEqual([row({ calls: 5, modelTokens: 30 })]);
    });

    it("keeps days, endpoints and keys apart", async () => {
      keyId = await subject.newKey();
      const other = await subject.newKey();
      const rows = [row(), row({ endpoint: "/token-analysis" }), row({ day: "2026-11-23" })];
      await subject.records.add([...rows, row({ keyId: other, calls: 9 })]);
      expect(await listed()).toEqual(rows);
      expect(await listed(other)).toEqual([row({ keyId: other, calls: 9 })]);
    });

    it("adds to some rows and makes others in one step", async () => {
      keyId = await subject.newKey();
      await subject.records.add([row()]);
      await subject.records.add([row({ day: "2026-12-01" }), row()]);
      expect(await listed()).toEqual([row({ calls: 2, modelTokens: 20 }), row({ day: "2026-12-01" })]);
    });

    it("does not mind being given nothing", async () => {
      keyId = await subject.newKey();
      await subject.records.add([]);
      expect(await listed()).toEqual([]);
    });

    it("counts beyond what 32 bits hold", async () => {
      keyId = await subject.newKey();
      await subject.records.add([row({ modelTokens: 3_000_000_000 })]);
      await subject.records.add([row({ modelTokens: 3_000_000_000 })]);
      expect(await listed()).toEqual([row({ calls: 2, modelTokens: 6_000_000_000 })]);
    });

    it("loses nothing when several add at once, in whatever order their rows come", async () => {
      keyId = await subject.newKey();
      const rows = ["/a", "/b", "/c", "/d"].map((endpoint) => row({ endpoint }));
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => subject.records.add(n % 2 === 0 ? rows : [...rows].reverse())),
      );
      expect(await listed()).toEqual(rows.map((one) => ({ ...one, calls: 20, modelTokens: 200 })));
    });
  });
}
