import type { ClientOptions } from "openai";
import { type Agent, type Dispatcher, request } from "undici";
import { retryAfterSeconds } from "./errors.ts";

/** The client sleeps as long as Retry-After says and hears no abort meanwhile: longer waits are the caller's. */
const LONGEST_WAIT_SECONDS = 5;

/** A `fetch` for the client over pooled sockets: `undici.request` costs a fraction of what `fetch` does. */
export function pooledFetch(agent: Agent): NonNullable<ClientOptions["fetch"]> {
  return async (url, init = {}) => {
    // Multipart: undici's request does not know the global FormData.
    if (init.body && typeof init.body !== "string") return fetch(url, init);
    const reply = await request(String(url), {
      dispatcher: agent,
      method: (init.method ?? "GET") as Dispatcher.HttpMethod,
      body: init.body ?? null,
      headers: init.headers instanceof Headers ? init.headers : new Headers(init.headers),
      signal: init.signal ?? null,
    });
    if (reply.statusCode === 200) return plainReply(reply);
    return new Response(await bodyOf(reply), { status: reply.statusCode, headers: headersOf(reply) });
  };
}

function headersOf(reply: Dispatcher.ResponseData): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(reply.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  if ((retryAfterSeconds(headers) ?? 0) > LONGEST_WAIT_SECONDS) headers.set("x-should-retry", "false");
  return headers;
}

/** As much of a Response as the client looks at: a whole one costs a third of the calls a second. */
function plainReply({ body, headers: raw }: Dispatcher.ResponseData): Response {
  const headers = new PlainHeaders(raw);
  const reply = { ok: true, status: 200, headers, body, text: () => body.text(), json: () => body.json() };
  return reply as unknown as Response;
}

/** As much of Headers as the client looks at. */
class PlainHeaders {
  readonly #raw: Dispatcher.ResponseData["headers"];

  constructor(raw: Dispatcher.ResponseData["headers"]) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    const value = this.#raw[name.toLowerCase()];
    return value === undefined ? null : [value].flat().join(", ");
  }

  *entries(): Generator<[string, string]> {
    for (const name of Object.keys(this.#raw)) yield [name, this.get(name) ?? ""];
  }
}

async function bodyOf({
  statusCode,
  body,
}: Dispatcher.ResponseData): Promise<ReadableStream<Uint8Array> | string | null> {
  if ([204, 205, 304].includes(statusCode)) {
    await body.dump();
    return null;
  }
  if (statusCode === 400 || statusCode === 422) return enveloped(await body.text());
  // Response takes any async iterable. Readable.toWeb would end the process when the client drops a body.
  return body as unknown as ReadableStream<Uint8Array>;
}

/** Some servers (older vLLM, Mistral) leave out the `error` around a refusal, and the client would drop its text. */
function enveloped(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || "error" in body) return text;
    return JSON.stringify({ error: "message" in body ? body : { message: text } });
  } catch {
    return text; // expected: not JSON, and the client takes it as it is
  }
}
