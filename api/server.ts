import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type H3, serve } from "h3";
import { PICTURE_BODY_LIMIT } from "./route.ts";

export interface RunningServer {
  port: number;
  /**
   * Takes no new connection, lets what runs end, tells streams to end after `patienceMs`, and cuts what is left
   * after `limitMs`.
   */
  stop(patienceMs: number, limitMs: number, tellStreams: () => void): Promise<void>;
}

/** Listens; throws when the address cannot be had. */
export async function startServer(app: H3, place: { host: string; port: number }): Promise<RunningServer> {
  const server = serve(app, {
    port: place.port,
    hostname: place.host,
    silent: true,
    gracefulShutdown: false,
    maxRequestBodySize: PICTURE_BODY_LIMIT,
    // A signed transaction in a header may take 33,000 characters; Node's own limit is 16 KiB.
    node: { maxHeaderSize: 64 * 1024 },
  });
  await server.ready();
  const node = server.node?.server as Server;
  let running = 0;
  node.on("request", (_request, response) => {
    running++;
    response.once("close", () => running--);
  });
  const idle = async (untilMs: number) => {
    while (running > 0 && Date.now() < untilMs) {
      node.closeIdleConnections();
      await sleep(20);
    }
  };
  return {
    port: (node.address() as { port: number }).port,
    async stop(patienceMs, limitMs, tellStreams) {
      const started = Date.now();
      const closed = server.close();
      await idle(started + patienceMs);
      tellStreams();
      await idle(started + limitMs);
      // A socket that never sent a request is not idle for Node and would hold the close for ever.
      node.closeAllConnections();
      await closed;
    },
  };
}
