import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";

export interface Program {
  url: string;
  /** Everything printed so far. */
  output(): string;
  /** Kills without a warning, as a crash would. */
  kill(): Promise<void>;
  /** Asks to stop; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = resolve(import.meta.dirname, "../..");

/** Starts the real program in a process of its own and waits until it is healthy. */
export async function startProgram(environment: Record<string, string>, folder = ROOT): Promise<Program> {
  const port = await freePort();
  const child = run([], { PORT: String(port), ...environment }, folder);
  const url = `http://127.0.0.1:${port}`;
  let printed = "";
  child.stdout?.on("data", (part: Buffer) => (printed += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (printed += part.toString()));
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  await healthy(url, child, () => printed);
  return {
    url,
    output: () => printed,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Runs the program with words of its command line until it ends. */
export async function runProgram(
  words: string[],
  environment: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = run(words, environment, ROOT);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  const code = await new Promise<number | null>((done) => child.once("close", (exit) => done(exit)));
  return { code, stdout, stderr };
}

function run(words: string[], environment: Record<string, string>, folder: string): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  const loader = resolve(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = spawn(process.execPath, ["--import", loader, resolve(ROOT, "main.ts"), ...words], {
    cwd: folder,
    env: { PATH, HOME, TSX_TSCONFIG_PATH: resolve(ROOT, "tsconfig.json"), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that failed half-way leaves nothing running.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

async function healthy(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}:\n${printed()}`);
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      // expected: it is not listening yet
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the program did not become healthy:\n${printed()}`);
}
