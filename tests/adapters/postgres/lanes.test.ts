import { expect, it } from "vitest";
import { Lanes } from "../../../adapters/postgres/lanes.ts";

it("works in the lane where least is going on, and frees it also after a failure", async () => {
  let opened = 0;
  const lanes = new Lanes(3, () => opened++);
  const ends: (() => void)[] = [];
  const start = () => lanes.run((lane) => new Promise<number>((resolve) => ends.push(() => resolve(lane))));
  const first = [start(), start(), start(), start()];
  ends[1]?.();
  expect(await first[1]).toBe(1);
  const next = start();
  ends.at(-1)?.();
  expect(await next).toBe(1);
  for (const end of ends) end();
  expect(await Promise.all(first)).toEqual([0, 1, 2, 0]);
  await expect(lanes.run(() => Promise.reject(new Error("planted")))).rejects.toThrow("planted");
  expect(await lanes.run(async (lane) => lane)).toBe(0);
});
