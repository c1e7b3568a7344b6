import { once } from "node:events";
import type { Server } from "node:http";

/** Listens on a free port of the loopback, tells the process that started this one, and ends with it. */
export async function announce(server: Server): Promise<void> {
  // A client may pause between rounds; a socket that closes under its next request would count as an error.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  process.once("disconnect", () => process.exit());
  process.send?.({ url: `http://127.0.0.1:${port}` });
}
