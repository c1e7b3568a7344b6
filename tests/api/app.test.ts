import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

const body = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe("routes and methods", () => {
  it("answers an unknown route with the root's envelope, under /api with the chat API's", async () => {
    const root = await t.request("/zzz");
    expect([root.status, await body(root)]).toEqual([404, { detail: "not_found: no such route" }]);
    const api = await t.request("/api/zzz");
    expect([api.status, await body(api)]).toEqual([404, { error: { code: "NOT_FOUND", message: "no such route" } }]);
  });

  it("names the methods of a known path", async () => {
    const response = await t.request("/chat", { method: "GET" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, HEAD"]);
    expect(await body(response)).toEqual({ detail: "method_not_allowed: use POST, HEAD" });
    expect((await t.request("/health", { method: "DELETE" })).status).toBe(405);
    expect((await t.request("/health/", { method: "DELETE" })).status).toBe(405);
  });

  it("serves a trailing slash without a redirect", async () => {
    expect((await t.request("/health/")).status).toBe(200);
    expect((await t.post("/chat/", { message: "a" })).status).toBe(200);
  });

  it("answers HEAD like GET without a body", async () => {
    const response = await t.request("/health", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it("answers HEAD on a priced route: 200 with a key, else 401, and counts nothing", async () => {
    const key = await t.newKey({ monthlyQuota: 1 });
    const probe = await t.request("/chat", { method: "HEAD", headers: { "api-key": key.text } });
    expect([probe.status, await probe.text()]).toEqual([200, ""]);
    expect((await t.request("/chat", { method: "HEAD" })).status).toBe(401);
    expect((await t.post("/chat", { message: "a" }, { "api-key": key.text })).status).toBe(200);
  });

  it("refuses a path that is no valid encoding", async () => {
    expect((await t.request("/%zz")).status).toBe(400);
  });
});

describe("headers", () => {
  it("returns a usable request id and replaces any other", async () => {
    const sent = async (id: string) => {
      const response = await t.request("/health", { headers: { "x-request-id": id } });
      return response.headers.get("x-request-id");
    };
    expect(await sent("abc")).toBe("abc");
    expect(await sent("x".repeat(128))).toBe("x".repeat(128));
    expect(await sent("x".repeat(129))).toMatch(/^req_[0-9a-f]{32}$/);
    expect(await sent("a\tb")).toMatch(/^req_[0-9a-f]{32}$/);
    for (const path of ["/zzz", "/api/zzz", "/chat"]) {
      const response = await t.request(path, { headers: { "x-request-id": "abc" } });
      expect(response.headers.get("x-request-id")).toBe("abc");
    }
  });

  it("lets any origin read, never with credentials", async () => {
    for (const path of ["/health", "/zzz", "/api/zzz", "/chat", "/docs", "/"]) {
      const response = await t.request(path, { headers: { origin: "https://example.com" } });
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
      expect(response.headers.get("access-control-expose-headers")).toContain("X-Request-ID");
    }
  });

  it("answers a preflight of any path without a key", async () => {
    for (const path of ["/chat", "/zzz"]) {
      const response = await t.request(path, { method: "OPTIONS" });
      expect(response.status).toBe(204);
      expect(response.headers.get("access-control-allow-headers")).toContain("api-key");
      expect(response.headers.get("access-control-max-age")).toBe("600");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
    }
  });

  it("keeps JSON out of caches and sniffers", async () => {
    for (const response of [await t.request("/health"), await t.request("/zzz")]) {
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("bodies", () => {
  it.each(["text/plain", "application/x-www-form-urlencoded", ""])("reads JSON sent as %s", async (type) => {
    expect((await t.post("/chat", { message: "a", extra: 1 }, { "content-type": type })).status).toBe(200);
  });

  it("tolerates a byte order mark", async () => {
    expect((await t.post("/chat", '\uFEFF{"message":"a"}')).status).toBe(200);
  });

  it.each([
    ["broken JSON", "{", "json_invalid"],
    ["a list", "[]", "object_type"],
    ["a text", '"a"', "object_type"],
    ["null", "null", "object_type"],
    ["200 levels", `{"message":"a","context":${'{"a":'.repeat(200)}1${"}".repeat(200)}}`, "json_invalid"],
  ])("refuses %s", async (_name, text, type) => {
    const response = await t.post("/chat", text);
    expect(response.status).toBe(422);
    expect(await body(response)).toMatchObject({ detail: [{ loc: ["body"], type }] });
  });

  it("takes an empty body for an object without fields", async () => {
    const response = await t.post("/chat", "");
    expect(await body(response)).toEqual({
      detail: [{ loc: ["body", "message"], msg: "Field required", type: "missing" }],
    });
  });

  it("refuses by the announced length before reading, and closes the connection", async () => {
    const response = await t.post("/chat", "{}", { "content-length": String(36 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(await body(response)).toEqual({
      detail: "payload_too_large: the body may hold at most 37748736 bytes here",
    });
    expect(response.headers.get("connection")).toBe("close");
  });

  it("refuses a body without a length while it comes", async () => {
    const part = new Uint8Array(1024 * 1024);
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(part);
      },
    });
    const response = await t.request("/chat", {
      method: "POST",
      headers: { "api-key": t.key },
      body: stream,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(45);
  });

  it("refuses a compressed body", async () => {
    const response = await t.post("/chat", "{}", { "content-encoding": "gzip" });
    expect([response.status, await body(response)]).toEqual([
      415,
      { detail: "unsupported_content_encoding: send the body uncompressed" },
    ]);
  });
});

describe("keys", () => {
  it.each([
    ["none", undefined, "missing_api_key: API Key required in the api-key header"],
    ["an empty one", "", "invalid_api_key: API Key is not valid"],
    ["a malformed one", "abc", "invalid_api_key: API Key is not valid"],
    ["an unknown one", `atk_${"A".repeat(43)}`, "invalid_api_key: API Key is not valid"],
  ])("%s: 401 with a text", async (_name, key, detail) => {
    for (const headers of [{}, { "x-partner": "p", "x-payment": "ab" }]) {
      const response = await t.request("/chat", {
        method: "POST",
        headers: { ...headers, ...(key === undefined ? {} : { "api-key": key }) },
        body: '{"message":"a"}',
      });
      expect([response.status, await body(response)]).toEqual([401, { detail }]);
      expect(response.headers.get("www-authenticate")).toBe("ApiKey");
    }
  });

  it("an expired one says when", async () => {
    const { text } = await t.newKey({ expiresAt: new Date("2026-01-02T03:04:05Z") });
    const response = await t.post("/chat", { message: "a" }, { "api-key": text });
    expect(await body(response)).toEqual({ detail: "expired_api_key: API Key expired on 2026-01-02T03:04:05Z" });
  });

  it("does not look at other headers, nor at a key where none is needed", async () => {
    const response = await t.request("/usage", { headers: { authorization: `Bearer ${t.key}`, "x-api-key": t.key } });
    expect(response.status).toBe(401);
    expect((await t.request("/health", { headers: { "api-key": "wrong" } })).status).toBe(200);
  });

  it("are judged before the body", async () => {
    expect((await t.post("/chat", "{broken", { "api-key": "wrong" })).status).toBe(401);
  });
});

describe("a bug", () => {
  it("shows the request id and nothing else, and is logged with its cause", async () => {
    const failing = await startTestProduct();
    await failing.database.close();
    const response = await failing.request("/usage", { headers: { "api-key": failing.key, "x-request-id": "bug-1" } });
    expect([500, 503]).toContain(response.status);
    expect(JSON.stringify(await body(response))).not.toMatch(/closed|select|api_keys/i);
    await failing.product.close();
    await failing.model.close();
  });
});
