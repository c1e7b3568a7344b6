import type { Server } from "node:http";
import { H3, readBody, serve } from "h3";
import type { OpenAI } from "openai";
import { announce } from "./announce.ts";

/** What somebody writes in ten minutes: no keys, no memory, no limits, one call of the package. */
export async function serveChat(client: OpenAI): Promise<void> {
  const app = new H3();
  app.post("/chat", async (event) => {
    const body = await readBody<{ message: string }>(event);
    const completion = await client.chat.completions.create({
      model: "stand-in",
      messages: [{ role: "user", content: body?.message ?? "" }],
    });
    return { reply: completion.choices[0]?.message.content };
  });
  const server = serve(app, { manual: true, silent: true, gracefulShutdown: false });
  await announce(server.node?.server as Server);
}
