import { beforeEach, describe, expect, it } from "vitest";
import { NodeHasher } from "../../../adapters/node/node-hasher.ts";
import type { ApiKey } from "../../../core/access/api-key.ts";
import { AuthenticateKey } from "../../../core/access/authenticate-key.ts";
import { rateLimitTable } from "../../../core/access/rate-limits.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { MemoryRateLimits } from "../../fakes/memory-rate-limits.ts";
import { aKey } from "../../support/api-key.ts";

const TEXT = `atk_${"a".repeat(43)}`;
const ADDRESS = "192.0.2.1";
const hasher = new NodeHasher();

let clock: FakeClock;
let keys: MemoryApiKeys;
let authenticate: AuthenticateKey;
beforeEach(() => {
  clock = new FakeClock("2026-11-22T12:00:00Z");
  keys = new MemoryApiKeys();
  const limits = rateLimitTable(1, { "wrong-keys": 3 });
  authenticate = new AuthenticateKey({ keys, rateLimits: new MemoryRateLimits(), limits, hasher, clock });
});

const store = (changes: Partial<ApiKey> = {}): Promise<ApiKey> =>
  keys.create(aKey({ hash: hasher.sha256(TEXT), ...changes }));
const show = (key = TEXT, address = ADDRESS) => authenticate.execute({ key, address });

it("holds a key to the limit of the call, in the step that recognises it", async () => {
  const clock = new FakeClock("2026-11-22T12:00:00Z");
  const rateLimits = new MemoryRateLimits();
  const keys = new MemoryApiKeys(rateLimits);
  const limits = rateLimitTable(1, { chat: 2 });
  const authenticate = new AuthenticateKey({ keys, rateLimits, limits, hasher, clock });
  const text = `atk_${"l".repeat(43)}`;
  const { id } = await keys.create({
    ...{ hash: hasher.sha256(text), owner: "o", name: "n", isActive: true, createdAt: clock.now() },
    ...{ expiresAt: null, monthlyQuota: null },
  });
  const call = (limit?: "chat" | "usage") => authenticate.execute({ key: text, address: "192.0.2.1", limit });
  for (let n = 0; n < 2; n++) expect(await call("chat")).toMatchObject({ keyId: id });
  await expect(call("chat")).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 30 });
  expect(await call("usage")).toMatchObject({ keyId: id });
  expect(await call()).toMatchObject({ keyId: id });
  await clock.advance(30_000);
  expect(await call("chat")).toMatchObject({ keyId: id });
});

describe("a service key", () => {
  it("is recognised, with its quota", async () => {
    const { id } = await store({ monthlyQuota: 5 });
    expect(await show()).toEqual({ kind: "api-key", keyId: id, monthlyQuota: 5 });
  });

  it.each([
    ["nobody has", `atk_${"b".repeat(43)}`],
    ["that is empty", ""],
    ["in other letters", TEXT.toUpperCase()],
    ["with a space", `${TEXT} `],
    ["that is too long", `${TEXT}a`],
    ["that is the hash of one", hasher.sha256(TEXT)],
    ["that is huge", "x".repeat(100_000)],
    ["that holds a NUL", `atk_${"a".repeat(42)}\u0000`],
  ])("%s is not valid", async (_name, text) => {
    await store();
    await expect(show(text)).rejects.toMatchObject({
      ...{ code: "unauthenticated", reason: "invalid_api_key", message: "API Key is not valid" },
    });
  });

  it("that was revoked is told so", async () => {
    await store({ isActive: false });
    await expect(show()).rejects.toMatchObject({
      ...{ code: "unauthenticated", reason: "revoked_api_key", message: "API Key was revoked" },
    });
  });

  it("works up to its end, and then is told when that was", async () => {
    await store({ expiresAt: new Date("2026-11-22T13:00:00Z") });
    await clock.advance(3_599_999);
    expect(await show()).toMatchObject({ kind: "api-key" });
    await clock.advance(1);
    await expect(show()).rejects.toMatchObject({
      ...{ code: "unauthenticated", reason: "expired_api_key", message: "API Key expired on 2026-11-22T13:00:00Z" },
    });
  });
});

describe("guessing", () => {
  const guess = (address = ADDRESS) => show("wrong", address).catch((error: unknown) => error);

  it("is slowed down for its address, and says how long to wait", async () => {
    await store();
    for (let n = 0; n < 3; n++) expect(await guess()).toMatchObject({ reason: "invalid_api_key" });
    expect(await guess()).toMatchObject({
      ...{ code: "rate_limited", reason: "rate_limited", message: "retry after 20 s", retryAfterSeconds: 20 },
    });
    await clock.advance(20_000);
    expect(await guess()).toMatchObject({ reason: "invalid_api_key" });
  });

  it("counts revoked and expired keys as well", async () => {
    await store({ isActive: false });
    for (let n = 0; n < 3; n++) await show().catch(() => {});
    expect(await guess()).toMatchObject({ code: "rate_limited" });
  });

  it("does not slow down the right key, from the same address", async () => {
    await store();
    for (let n = 0; n < 10; n++) await guess();
    for (let n = 0; n < 10; n++) expect(await show()).toMatchObject({ kind: "api-key" });
  });

  it("is counted for each IPv4 address, and for each /64 of IPv6", async () => {
    for (let n = 0; n < 4; n++) await guess(`2001:db8::${n}`);
    expect(await guess("2001:db8::ffff")).toMatchObject({ code: "rate_limited" });
    expect(await guess("2001:db8:0:1::1")).toMatchObject({ reason: "invalid_api_key" });
    expect(await guess("192.0.2.2")).toMatchObject({ reason: "invalid_api_key" });
  });
});
