import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../api/app.ts";
import { type RunningServer, startServer } from "../../api/server.ts";
import { startTestProduct, type TestProduct } from "../support/product.ts";

let t: TestProduct;
let server: RunningServer;
let url: string;

beforeEach(async () => {
  t = await startTestProduct();
  const app = createApi({
    ...{ ...t.product, facts: { name: "Agent T", version: "0.4.0" }, logger: t.logger, trustProxy: 0 },
    ...{ publicUrl: "http://127.0.0.1", closing: t.closing.signal },
  });
  server = await startServer(app, { host: "127.0.0.1", port: 0 });
  url = `http://127.0.0.1:${server.port}`;
});
afterEach(async () => {
  await server.stop(0, 0, () => t.closing.abort());
  await t.close();
});

const chat = (body: unknown, signal?: AbortSignal) =>
  fetch(`${url}/chat`, {
    method: "POST",
    headers: { "api-key": t.key },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

/** What the server sends back to raw bytes, until it closes or the text matches. */
function raw(bytes: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let received = "";
    socket.on("data", (part) => {
      received += part.toString();
      if (until.test(received)) socket.destroy();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}

describe("bodies and headers over a socket", () => {
  it("refuses an announced body of 40 MB before a byte of it is sent", async () => {
    const head = `POST /chat HTTP/1.1\r\nHost: x\r\napi-key: ${t.key}\r\nContent-Length: 40000000\r\n\r\n`;
    const received = await raw(head, /bytes here/);
    expect(received).toMatch(/^HTTP\/1\.1 413/);
    expect(received).toMatch(/connection: close/i);
  });

  it("reads a header of 33,000 characters, refuses more than 64 KiB with 431", async () => {
    const get = (length: number) =>
      raw(`GET /api HTTP/1.1\r\nHost: x\r\nX-Payment: ${"a".repeat(length)}\r\n\r\n`, /\r\n\r\n/);
    expect(await get(33_000)).toMatch(/^HTTP\/1\.1 200/);
    expect(await get(70_000)).toMatch(/^HTTP\/1\.1 431/);
  });

  it("survives what is no HTTP", async () => {
    expect(await raw("\u0000\u0001 nonsense\r\n\r\n", /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it("shrugs off a client that leaves in the middle of its body", async () => {
    await new Promise<void>((resolve) => {
      const headers = { "api-key": t.key, "content-length": "1000" };
      const request = httpRequest(`${url}/chat`, { method: "POST", headers });
      request.on("error", () => resolve());
      request.write('{"message":"half', () => request.destroy());
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(t.logger.messages("error")).toEqual([]);
  });
});

describe("a client that leaves", () => {
  it.each([true, false])("ends the model's work (stream: %s)", async (stream) => {
    t.model.next(stream ? { text: "a b c", chunks: 3, after: "hang", finish: null } : { hang: true });
    const leaving = new AbortController();
    const pending = chat({ message: "unheard words", session_id: "left", stream }, leaving.signal);
    const upstream = await t.model.received();
    if (stream) await (await pending).body?.getReader().read();
    const leftAt = Date.now();
    leaving.abort();
    await pending.catch(() => undefined);
    await t.model.left(upstream);
    expect((upstream.leftAt ?? 0) - leftAt).toBeLessThan(1_000);
    expect((await chat({ message: "next", session_id: "left" })).status).toBe(200);
    expect(JSON.stringify(t.model.chats().at(-1)?.body)).not.toContain("unheard words");
  });
});

describe("stopping", () => {
  it("lets a running answer end", async () => {
    t.model.next({ text: "late but whole", delayMs: 300 });
    const pending = chat({ message: "a" });
    await t.model.received();
    await server.stop(5_000, 10_000, () => t.closing.abort());
    expect((await pending).status).toBe(200);
  });

  it("tells a stream that cannot wait", async () => {
    t.model.next({ text: "a b", chunks: 2, after: "hang", finish: null });
    const response = await chat({ message: "a", stream: true });
    const reading = response.text();
    await server.stop(50, 5_000, () => t.closing.abort());
    const frames = (await reading).trim().split("\n\n");
    expect(JSON.parse(frames.at(-2)?.slice(6) ?? "")).toEqual({
      type: "error",
      status: 503,
      detail: "unavailable: the server is starting, stopping or full",
      retry_after: 5,
    });
    expect(frames.at(-1)).toBe("data: [DONE]");
  });

  it("is not held up by a silent socket", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await server.stop(0, 0, () => {});
    await closed;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});
