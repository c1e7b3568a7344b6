import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AnswerScript,
  type ChatBody,
  completionOf,
  type FailureScript,
  framesOf,
  lastUserText,
  type Refusable,
  refusal,
  type Script,
} from "./openai-script.ts";

type Endpoint = "chat" | "embeddings" | "models";

export interface RecordedRequest {
  endpoint: Endpoint | undefined;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every kind
  body: any;
  /** The client's: the same number is the same socket. */
  port: number | undefined;
  /** Milliseconds since the epoch. */
  at: number;
  /** When the client left before it had the whole reply. */
  leftAt: number | undefined;
}

/** A script, or how to choose one. */
type Scripted = Script | ((request: RecordedRequest) => Script);

export interface OpenAiServer {
  /** With `/v1`, as OPENAI_BASE_URL wants it. */
  url: string;
  /** Oldest first; empty while `record` is off. */
  requests: RecordedRequest[];
  /** The chat requests among them. */
  chats(): RecordedRequest[];
  /** The next request of this endpoint gets this; calls queue up. */
  next(script: Scripted, endpoint?: Endpoint): void;
  /** Every request without one of its own gets this. */
  default(script: Scripted, endpoint?: Endpoint): void;
  /** From now on chat requests that hold one of these parameters get the 400 of a server that does not know it. */
  refuse(...names: Refusable[]): void;
  /** Resolves when a request of this endpoint has arrived; at once when one has already. */
  received(endpoint?: Endpoint): Promise<RecordedRequest>;
  /** Resolves when the client of `request` has left before it had the whole reply. */
  left(request: RecordedRequest): Promise<void>;
  close(): Promise<void>;
}

export interface OpenAiServerOptions {
  /** When given, any other key gets a 401. */
  key?: string;
  /** False for load: requests are not kept. */
  record?: boolean;
  /** 0, any free port, unless given. */
  port?: number;
}

/** Echoes; the words of a text are its vector, so texts that share words are near. */
const DEFAULTS: Record<Endpoint, Scripted> = {
  chat: ({ body }) => ({ text: `echo: ${lastUserText(body)}` }),
  embeddings: ({ body }) => ({ data: [body.input].flat().map(embedded) }),
  models: { models: [{ id: "stub-model", object: "model", created: 1, owned_by: "stub" }] },
};

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "POST /v1/chat/completions": "chat",
  "POST /v1/embeddings": "embeddings",
  "GET /v1/models": "models",
};

/** A stand-in for the OpenAI API on a local socket that behaves like the real one where it hurts. */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const requests: RecordedRequest[] = [];
  const queues: Record<Endpoint, Scripted[]> = { chat: [], embeddings: [], models: [] };
  const defaults = { ...DEFAULTS };
  const refused = new Set<Refusable>();
  const waiting = new Set<() => void>();
  const happened = (): void => {
    for (const look of waiting) look();
  };

  const scriptFor = (request: RecordedRequest): Script => {
    const { endpoint } = request;
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) {
      return { status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" };
    }
    if (endpoint === undefined) return { status: 404, message: `Invalid URL (${request.method} ${request.path})` };
    const script = (endpoint === "chat" ? refusal(request.body, refused) : undefined) ?? queues[endpoint].shift();
    const chosen = script ?? defaults[endpoint];
    return typeof chosen === "function" ? chosen(request) : chosen;
  };

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await recorded(message);
    if (options.record !== false) {
      requests.push(request);
      response.once("close", () => {
        if (!response.writableFinished && response.errored === null) request.leftAt = Date.now();
        happened();
      });
      happened();
    }
    await play(scriptFor(request), request, response);
  };
  const server = createServer((message, response) => {
    // Expected: the client left in the middle of its own request, or a script is wrong and the test will say so.
    answer(message, response).catch(() => response.destroy());
  });
  // Between bursts of a test or benchmark the client may keep its sockets.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));

  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const again = (): void => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(again);
        resolve(found);
      };
      waiting.add(again);
      again();
    });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    chats: () => requests.filter((request) => request.endpoint === "chat"),
    next: (script, endpoint = "chat") => {
      queues[endpoint].push(script);
    },
    default: (script, endpoint = "chat") => {
      defaults[endpoint] = script;
    },
    refuse: (...names) => {
      for (const name of names) refused.add(name);
    },
    received: (endpoint = "chat") => until(() => requests.find((request) => request.endpoint === endpoint)),
    left: (request) => until(() => (request.leftAt === undefined ? undefined : true)).then(() => undefined),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function recorded(message: IncomingMessage): Promise<RecordedRequest> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const { method = "GET", url: path = "/" } = message;
  return {
    endpoint: ENDPOINTS[`${method} ${path}`],
    method,
    path,
    headers: message.headers,
    body: text === "" ? undefined : JSON.parse(text),
    port: message.socket.remotePort,
    at: Date.now(),
    leftAt: undefined,
  };
}

async function play(script: Script, { body }: RecordedRequest, response: ServerResponse): Promise<void> {
  if ("hang" in script) return;
  if ("raw" in script)
    return send(response, script.status ?? 200, script.raw, {
      "content-type": script.contentType ?? "application/json",
    });
  if ("status" in script) return fail(script, response);
  if ("models" in script) return send(response, 200, JSON.stringify({ object: "list", data: script.models }));
  if ("data" in script) {
    const usage = { prompt_tokens: 1, total_tokens: 1 };
    return send(response, 200, JSON.stringify({ object: "list", model: body.model, data: script.data, usage }));
  }
  const chat = body as ChatBody;
  if (chat.stream !== true) return whole(script, completionOf(script, chat), response);
  return stream(script, framesOf(script, chat), response);
}

/** As late as the stream would have ended, and as broken. */
async function whole(script: AnswerScript, text: string, response: ServerResponse): Promise<void> {
  const { delayMs, chunks = 1 } = script;
  if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs * (chunks + 1)));
  if (script.after === "hang" || response.destroyed) return;
  if (script.after === undefined) return send(response, 200, text);
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
  await new Promise((resolve) => response.write(text.slice(0, -5), resolve));
  response.destroy(new Error("cut"));
}

async function stream(script: AnswerScript, frames: string[], response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  if (script.delayMs === undefined && script.after === undefined) {
    response.end(frames.join(""));
    return;
  }
  for (const frame of frames) {
    if (script.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, script.delayMs));
    if (response.destroyed) return;
    // The next step waits until the frame is out: a destroyed socket throws away what is still in it.
    await new Promise((resolve) => response.write(frame, resolve));
  }
  if (script.after === "cut") response.destroy(new Error("cut"));
  else if (script.after === undefined) response.end();
}

function fail(script: FailureScript, response: ServerResponse): void {
  const { status, retryAfter, bare, message = "The server had an error.", param = null, code = null } = script;
  const error = { message, type: script.type ?? "error", param, code };
  const wait = retryAfter === undefined ? { "retry-after-ms": "0" } : { "retry-after": String(retryAfter) };
  send(response, status, JSON.stringify(bare ? { object: "error", ...error } : { error }), wait);
}

function send(response: ServerResponse, status: number, text: string, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text);
}

/** Numbers whatever form was asked for, as many local servers do, and not of unit length. */
function embedded(text: string, index: number): object {
  const embedding = new Array<number>(64).fill(0.01);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    let hash = 7;
    for (let at = 0; at < word.length; at++) hash = (hash * 31 + word.charCodeAt(at)) >>> 0;
    embedding[hash % 64] = (embedding[hash % 64] ?? 0) + 1;
  }
  return { object: "embedding", index, embedding };
}
