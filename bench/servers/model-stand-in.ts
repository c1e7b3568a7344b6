import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { announce } from "./announce.ts";

/** Answers every chat with the same text, prepared once: whole, or as a stream of as many frames as the argument says. */
const [text = "", frames = "1"] = process.argv.slice(2);

const shared = { id: "chatcmpl-stand-in", created: 1_700_000_000, model: "stand-in" };
const usage = { prompt_tokens: 40, completion_tokens: 50, total_tokens: 90 };

const WHOLE = JSON.stringify({
  ...{ ...shared, object: "chat.completion", usage },
  choices: [{ index: 0, message: { role: "assistant", content: text, refusal: null }, finish_reason: "stop" }],
});

const chunk = (choices: object[], extra: object = {}): string =>
  `data: ${JSON.stringify({ ...shared, object: "chat.completion.chunk", choices, ...extra })}\n\n`;
const delta = (content: object, reason: string | null = null): string =>
  chunk([{ index: 0, delta: content, finish_reason: reason }]);
const STREAM = [
  delta({ role: "assistant", content: "" }),
  ...pieces(text, Number(frames)).map((content) => delta({ content })),
  delta({}, "stop"),
  chunk([], { usage }),
  "data: [DONE]\n\n",
].join("");

const MODELS = JSON.stringify({ object: "list", data: [{ id: shared.model, object: "model", created: 1 }] });

const server = createServer((request, response) => {
  if (request.method === "GET") return reply(response, "application/json", MODELS);
  read(request, (body) => {
    if (body.includes('"stream":true')) reply(response, "text/event-stream; charset=utf-8", STREAM);
    else reply(response, "application/json", WHOLE);
  });
});
await announce(server);

function read(request: IncomingMessage, done: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => done(Buffer.concat(parts)));
}

function reply(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function pieces(whole: string, count: number): string[] {
  const length = Math.ceil(whole.length / count);
  return Array.from({ length: Math.ceil(whole.length / length) }, (_, at) =>
    whole.slice(at * length, (at + 1) * length),
  );
}
