import { expect, it } from "vitest";
import { FlushUsage } from "../../../core/access/flush-usage.ts";
import { openAccess } from "../../support/access.ts";

const ROW = { keyId: 1, day: "2026-11-22", endpoint: "/chat", calls: 1, modelTokens: 5 };

it("stores what was counted, once", async () => {
  const { flushUsage, usage, records } = openAccess();
  usage.add(ROW);
  await flushUsage.execute();
  await flushUsage.execute();
  expect(await records.listByKey(1)).toEqual([ROW]);
});

it("keeps what could not be stored, and what was counted meanwhile", async () => {
  const { usage, records } = openAccess();
  usage.add(ROW);
  const failing = new FlushUsage({
    usage,
    records: {
      listByKey: async () => [],
      add: async () => {
        usage.add(ROW);
        throw new Error("the database is away");
      },
    },
  });
  await expect(failing.execute()).rejects.toThrow("away");
  await new FlushUsage({ usage, records }).execute();
  expect(await records.listByKey(1)).toEqual([{ ...ROW, calls: 2, modelTokens: 10 }]);
});
