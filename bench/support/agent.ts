import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cleanup } from "./cleanup.ts";
import { launch, type Running } from "./processes.ts";
import { ROOT } from "./root.ts";

const HEALTHY_MS = 60_000;
const LOOK_MS = 5;

export interface Agent extends Running {
  url: string;
  /** From the start of the process to the first healthy answer. */
  healthyMs: number;
}

/** Makes `dist` what the sources say; does nothing when it is already. */
export function buildAgent(): void {
  const built = spawnSync(process.execPath, [join(ROOT, ".ci", "start.mjs"), "--help"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("Agent T does not build");
}

/** An empty folder to run in: no `.env`, no data. */
export function emptyFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-t-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The built program as it runs in production, and nothing in its environment but `env`. */
export async function startAgent(cleanup: Cleanup, folder: string, env: Record<string, string>): Promise<Agent> {
  const port = await freePort();
  const begun = performance.now();
  const running = launch(cleanup, join(ROOT, "dist", "main.js"), { cwd: folder, env: { PORT: String(port), ...env } });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isHealthy(url))) {
    const late = performance.now() - begun > HEALTHY_MS;
    if (late || running.child.exitCode !== null) throw new Error(`Agent T is not healthy:\n${running.output()}`);
    await sleep(LOOK_MS);
  }
  return { ...running, url, healthyMs: performance.now() - begun };
}

function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${url}/health`, { agent: false }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part));
      response.on("end", () => resolve(response.statusCode === 200 && JSON.parse(text).status === "healthy"));
    });
    request.on("error", () => resolve(false)); // expected: it does not listen yet
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
