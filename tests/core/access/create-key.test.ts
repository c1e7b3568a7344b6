import { describe, expect, it } from "vitest";
import { NodeHasher } from "../../../adapters/node/node-hasher.ts";
import { hasKeyForm } from "../../../core/access/api-key.ts";
import { CreateKey, CreateKeyInput } from "../../../core/access/create-key.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { SequentialIds } from "../../fakes/sequential-ids.ts";

const hasher = new NodeHasher();

function open() {
  const keys = new MemoryApiKeys();
  const clock = new FakeClock("2026-11-22T12:00:00Z");
  return { keys, create: new CreateKey({ keys, ids: new SequentialIds(), hasher, clock }) };
}
const INPUT = { owner: "Acme", name: "prod", expiresAt: null, monthlyQuota: null };

describe("a new key", () => {
  it("works at once, and its text is nowhere in the store", async () => {
    const { keys, create } = open();
    const { key, text } = await create.execute({ ...INPUT, expiresAt: new Date("2027-01-01"), monthlyQuota: 5 });
    expect(hasKeyForm(text)).toBe(true);
    const stored = await keys.findByHash(hasher.sha256(text));
    expect(stored).toEqual(key);
    expect(stored).toMatchObject({ owner: "Acme", name: "prod", isActive: true, monthlyQuota: 5 });
    expect(stored).toMatchObject({ createdAt: new Date("2026-11-22T12:00:00Z"), expiresAt: new Date("2027-01-01") });
    expect(JSON.stringify(await keys.listAll())).not.toContain(text.slice(4));
  });

  it("is not like the one before", async () => {
    const { create } = open();
    const [one, other] = [await create.execute(INPUT), await create.execute(INPUT)];
    expect(one.text).not.toBe(other.text);
    expect(one.key.id).not.toBe(other.key.id);
  });
});

describe("what a key is made from", () => {
  it("is trimmed, and has neither end nor quota unless they are given", () => {
    expect(CreateKeyInput.parse({ owner: " Acme ", name: "prod\n" })).toEqual(INPUT);
  });

  it.each([
    ["no owner", { owner: " " }],
    ["no name", { name: "" }],
    ["an owner of 121 characters", { owner: "x".repeat(121) }],
    ["a quota below none", { monthlyQuota: -1 }],
    ["a quota of half a call", { monthlyQuota: 1.5 }],
    ["a quota beyond a billion", { monthlyQuota: 1_000_000_001 }],
    ["an end that is no moment", { expiresAt: new Date("never") }],
  ])("is refused with %s", (_name, changes) => {
    expect(CreateKeyInput.safeParse({ ...INPUT, ...changes }).success).toBe(false);
  });
});
