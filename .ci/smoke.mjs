// Starts the built program as a stranger would: an empty folder, an empty environment.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./sources.mjs";

const START_MS = 30_000;
const STOP_MS = 15_000;

const folder = mkdtempSync(join(tmpdir(), "agent-t-smoke-"));
const port = await freePort();
const begun = Date.now();
const program = spawn(process.execPath, ["--enable-source-maps", join(root, "dist", "main.js")], {
  cwd: folder,
  env: { PATH: process.env.PATH, HOME: folder, PORT: String(port) },
  stdio: ["ignore", "pipe", "pipe"],
});
let output = "";
for (const stream of [program.stdout, program.stderr]) stream.on("data", (part) => (output += part));
const ended = once(program, "exit");

try {
  const health = await waitForHealth();
  if (health.status !== "healthy") throw new Error(`GET /health says ${JSON.stringify(health)}`);
  console.log(`smoke: healthy after ${Date.now() - begun} ms`);

  program.kill("SIGTERM");
  const [code, signal] = await within(STOP_MS, ended, "still running after SIGTERM");
  if (code !== 0) throw new Error(`ended with ${signal ?? `exit code ${code}`} after SIGTERM`);
  console.log("smoke: stopped cleanly");
} catch (error) {
  console.error(`smoke: ${error.message}\n--- what the program wrote ---\n${output}`);
  process.exitCode = 1;
} finally {
  program.kill("SIGKILL");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function waitForHealth() {
  while (Date.now() - begun < START_MS) {
    if (program.exitCode !== null) throw new Error(`ended with exit code ${program.exitCode} before it was healthy`);
    try {
      const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
      if (response.status === 200) return await response.json();
    } catch {
      // expected: it does not listen yet
    }
    await sleep(100);
  }
  throw new Error(`no 200 from GET /health within ${START_MS / 1000} s`);
}

async function within(limitMs, promise, message) {
  const timer = new AbortController();
  const late = sleep(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${message} for ${limitMs / 1000} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {}); // expected: aborted below
    timer.abort();
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  await once(server, "close");
  return free;
}
