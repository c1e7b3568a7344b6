import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VectorCache } from "../../../adapters/offline/vector-cache.ts";

const TEXTS = ["one", "two"];
const VECTORS = [Float32Array.from([1, 0, 0.5]), Float32Array.from([0, 1, -0.5])];

describe("VectorCache", () => {
  let folder: string;
  let cache: VectorCache;
  const file = async (): Promise<string> => join(folder, (await readdir(folder))[0] ?? "");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "agent-t-vectors-"));
    cache = new VectorCache(folder);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("gives back what it kept", async () => {
    await cache.save("model", TEXTS, VECTORS);
    expect(await cache.find("model", TEXTS)).toEqual(VECTORS);
  });

  it("makes its folder and leaves one file in it", async () => {
    const inner = join(folder, "a", "b");
    await new VectorCache(inner).save("model", TEXTS, VECTORS);
    expect(await readdir(inner)).toEqual([expect.stringMatching(/^library-[0-9a-f]{32}\.vectors$/)]);
  });

  it("has nothing for other texts, another order or another model", async () => {
    await cache.save("model", TEXTS, VECTORS);
    expect(await cache.find("model", ["one", "three"])).toBeUndefined();
    expect(await cache.find("model", ["two", "one"])).toBeUndefined();
    expect(await cache.find("other", TEXTS)).toBeUndefined();
  });

  it("ignores a file that was changed, cut or replaced", async () => {
    await cache.save("model", TEXTS, VECTORS);
    const good = await readFile(await file());
    const changed = Buffer.from(good);
    changed[40] = (changed[40] ?? 0) ^ 1;
    for (const bad of [changed, good.subarray(0, -4), good.subarray(0, 32), Buffer.from("not ours"), Buffer.alloc(0)]) {
      await writeFile(await file(), bad);
      expect(await cache.find("model", TEXTS)).toBeUndefined();
    }
    await cache.save("model", TEXTS, VECTORS);
    expect(await cache.find("model", TEXTS)).toEqual(VECTORS);
  });

  it("fails where it cannot write", async () => {
    const occupied = join(folder, "file");
    await writeFile(occupied, "");
    await expect(new VectorCache(occupied).save("model", TEXTS, VECTORS)).rejects.toThrow();
  });
});
