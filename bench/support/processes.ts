import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Cleanup } from "./cleanup.ts";

const PATIENCE_MS = 15_000;

/** A program under measurement, in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it printed. */
  output(): string;
  /** Asks it to end, kills it when it does not; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  args?: string[];
  /** The whole environment but PATH and HOME. */
  env?: Record<string, string>;
  cwd?: string;
  /** A channel for messages. */
  talks?: boolean;
}

/** Starts Node with `file`; `cleanup` stops it when nobody else does. */
export function launch(cleanup: Cleanup, file: string, options: LaunchOptions = {}): Running {
  if (cleanup.begun) throw new Error("the run was interrupted");
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [file, ...(options.args ?? [])], {
    env: { PATH, HOME, ...options.env },
    stdio: ["ignore", "pipe", "pipe", ...(options.talks ? (["ipc"] as const) : [])],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => (printed += part));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  };
  cleanup.add(stop);
  return { child, pid: child.pid ?? 0, output: () => printed, stop };
}

/** The first message of a process; throws with its output when it ends before. */
export function firstMessage<T>(running: Running): Promise<T> {
  return new Promise((resolve, reject) => {
    running.child.once("message", (message) => resolve(message as T));
    running.child.once("close", (code) => reject(new Error(`ended with ${code}:\n${running.output()}`)));
  });
}

/** Most memory a process ever held, in bytes; undefined where the system does not tell (it does on Linux). */
export function peakMemory(pid: number): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(path, "utf8"))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Processor time a process has used so far, in milliseconds (steps of 10); undefined where the system does not tell. */
export function processorTime(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  // The name before them may hold spaces; user and system time are the fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
