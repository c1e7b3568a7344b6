import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request } from "undici";
import { announce } from "./announce.ts";

/** The least a gateway can do in Node: the body goes to the model, the reply goes back, nobody looks at either. */
const upstream = `${process.argv[2]}/chat/completions`;
const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 60_000 });

await announce(
  createServer((message, response) => {
    const parts: Buffer[] = [];
    message.on("data", (part: Buffer) => parts.push(part));
    message.on("end", () => pass(message, Buffer.concat(parts), response).catch(() => response.destroy())); // boundary
  }),
);

async function pass({ headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const type = headers["content-type"] ?? "application/json";
  const reply = await request(upstream, { dispatcher, method: "POST", headers: { "content-type": type }, body });
  const text = Buffer.from(await reply.body.arrayBuffer());
  response.writeHead(reply.statusCode, {
    "content-type": reply.headers["content-type"] ?? "application/json",
    "content-length": text.length,
  });
  response.end(text);
}
