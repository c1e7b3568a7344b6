import { describe, expect, it } from "vitest";
import { Turns } from "../../../adapters/sharp/turns.ts";

describe("Turns", () => {
  it("lets no more than its number run together, and everybody run in the end", async () => {
    const turns = new Turns(2);
    const finish: (() => void)[] = [];
    let [running, most] = [0, 0];
    const work = Array.from({ length: 5 }, () =>
      turns.take(async () => {
        running++;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => finish.push(resolve));
        running--;
      }),
    );
    const all = Promise.all(work).then(() => "all done");
    while (running > 0) {
      finish.shift()?.();
      for (let tick = 0; tick < 10; tick++) await Promise.resolve();
    }
    expect(await all).toBe("all done");
    expect(most).toBe(2);
  });

  it("gives the turn on when work fails", async () => {
    const turns = new Turns(1);
    await expect(turns.take(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await turns.take(async () => "next")).toBe("next");
  });
});
