import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct({ environment: { RATE_LIMIT_SCALE: "1000000" } });
});
afterAll(() => t.close());

/** Mulberry32: small, seeded, good enough to shake a parser. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PIECES = [
  ...[
    "a",
    "",
    " ",
    "\u0000",
    "\ud800",
    "😀",
    "﷽",
    "\u202e",
    "'; drop table api_keys; --",
    "../..",
    "%00",
    "%2f",
    "{}",
    "[]",
  ],
  ...["null", "true", "NaN", "1e999", "-0", "9007199254740993", "__proto__", "constructor", "x".repeat(5_000)],
];
const FIELDS = [
  ...["message", "session_id", "image_data", "stream", "output_mode", "output_schema", "system", "persona", "profile"],
  ...["temperature", "top_p", "max_tokens", "context", "meta", "vector_store_ids", "request_id", "__proto__", "extra"],
];
const PATHS = [
  "/chat",
  "/chat/",
  "/usage",
  "/health",
  "/api",
  "/api/x",
  "/docs",
  "/docs/x",
  "/openapi.json",
  "/",
  "/x402/chat",
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

describe("10,000 random requests", () => {
  it("never get a 500 and never bring the server down", { timeout: 300_000 }, async () => {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
    const random = randomFrom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const value = (depth: number): unknown => {
      const kind = random();
      if (kind < 0.45 || depth > 3) return pick(PIECES);
      if (kind < 0.6) return pick([0, 1, -1, 2.5, 1e300, 262_145, true, false, null]);
      if (kind < 0.8) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 4) }, () => [pick(PIECES), value(depth + 1)]),
      );
    };
    const body = (): string => {
      const kind = random();
      if (kind < 0.1) return String.fromCharCode(...Array.from({ length: 40 }, () => Math.floor(random() * 65_536)));
      if (kind < 0.2) return JSON.stringify(value(0)) ?? "";
      const fields = Array.from({ length: 1 + Math.floor(random() ** 2 * 5) }, () => [pick(FIELDS), value(0)]);
      const text = JSON.stringify({ message: "hello", ...Object.fromEntries(fields) });
      return kind < 0.3 ? text.slice(0, Math.floor(random() * text.length)) : text;
    };
    const path = (): string => {
      const query =
        random() < 0.3 ? `?${encodeURIComponent(pick(PIECES).toWellFormed())}=${pick(["", "structured", "%00"])}` : "";
      if (random() < 0.8) return pick(PATHS) + query;
      return `/${Array.from({ length: 3 }, () => pick(["a", "%00", "%zz", "..", "//", "é", "chat", "%2e%2e"])).join("/")}${query}`;
    };
    const headers = (): Record<string, string> => {
      const chosen: Record<string, string> =
        random() < 0.8 ? { "api-key": t.key } : { "api-key": pick(["", "x", "atk_é"]) };
      if (random() < 0.3) chosen["x-request-id"] = pick(["abc", "x".repeat(200), "a b", "é"]);
      if (random() < 0.2) chosen.accept = pick(["application/x-ndjson", "*/*", "x"]);
      if (random() < 0.1) chosen["content-encoding"] = pick(["gzip", "identity", "br"]);
      if (random() < 0.1) chosen["x-forwarded-for"] = pick(["1.2.3.4", "x", ","]);
      return chosen;
    };
    const bad: string[] = [];
    const once = async () => {
      const aimed = random() < 0.5;
      const init = { method: aimed ? "POST" : pick(METHODS), headers: headers(), body: body() };
      const target = aimed ? "/chat" : path();
      const { body: sent, ...bare } = init;
      const response = await t.request(target, ["GET", "HEAD"].includes(init.method) ? bare : { ...bare, body: sent });
      const text = await response.text();
      if (response.status >= 500)
        bad.push(`${init.method} ${target} ${response.status} ${text} <- ${sent.slice(0, 300)}`);
      if (!response.headers.has("x-request-id")) bad.push(`${init.method} ${target}: no request id`);
    };
    for (let round = 0; round < 10_000 / 20; round++) await Promise.all(Array.from({ length: 20 }, once));
    expect({ seed, bad: bad.slice(0, 5) }).toEqual({ seed, bad: [] });
    expect((await t.request("/health")).status).toBe(200);
    // Many of them were good enough to be answered, so that it is not the door alone that was shaken.
    expect(t.model.chats().length).toBeGreaterThan(200);
    expect(t.logger.lines.filter((line) => line.level === "error")).toEqual([]);
  });
});
