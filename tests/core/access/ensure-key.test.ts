import { beforeEach, describe, expect, it } from "vitest";
import { NodeHasher } from "../../../adapters/node/node-hasher.ts";
import { EnsureKey } from "../../../core/access/ensure-key.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";

const TEXT = `atk_${"_".repeat(43)}`;
const hasher = new NodeHasher();

let keys: MemoryApiKeys;
let ensure: EnsureKey;
beforeEach(() => {
  keys = new MemoryApiKeys();
  ensure = new EnsureKey({ keys, hasher, clock: new FakeClock("2026-11-22T12:00:00Z") });
});

const run = (text = TEXT) => ensure.execute({ text, owner: "bootstrap", name: "first" });

describe("a key given from outside", () => {
  it("is made, without end and quota, by its hash alone", async () => {
    const key = await run();
    expect(key).toEqual({
      ...{ id: key.id, hash: hasher.sha256(TEXT), owner: "bootstrap", name: "first", isActive: true },
      ...{ createdAt: new Date("2026-11-22T12:00:00Z"), expiresAt: null, monthlyQuota: null },
    });
    expect(JSON.stringify(await keys.listAll())).not.toContain(TEXT);
  });

  it("is the same key at the next start", async () => {
    const first = await run();
    expect(await run()).toEqual(first);
    expect(await keys.listAll()).toHaveLength(1);
  });

  it("works again though it was revoked meanwhile", async () => {
    const key = await run();
    await keys.save({ ...key, isActive: false });
    expect(await run()).toMatchObject({ id: key.id, isActive: true });
  });

  it.each([["changeme"], [""], [`atk_${"a".repeat(42)}`], [`sk-${"a".repeat(44)}`], [`atk_${"+".repeat(43)}`]])(
    "is refused in the form %j, without being repeated",
    async (text) => {
      const refused = await run(text).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "invalid_input", message: "a key is atk_ and 43 URL-safe characters" });
      expect(await keys.listAll()).toEqual([]);
    },
  );
});
