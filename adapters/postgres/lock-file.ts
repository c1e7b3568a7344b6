import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Said when another process has the embedded database; tells what to do. */
export class DatabaseInUseError extends Error {
  constructor(holder: string, path: string) {
    super(
      `The embedded database is in use by process ${holder}. It serves one process at a time: stop that process first, ` +
        `or set DATABASE_URL to a PostgreSQL that serves many. (If process ${holder} is no Agent T, delete ${path}.)`,
    );
    this.name = "DatabaseInUseError";
  }
}

/**
 * Takes the file for this process or throws DatabaseInUseError; returns how to give it back.
 * A file of a dead process is stale, and so is one with our own id: in a container the id is often the same after a restart.
 */
export function takeLockFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${process.pid} ${randomUUID()}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, mine)) return () => read(path) === mine && rmSync(path, { force: true });
    const theirs = read(path);
    const holder = theirs.split(" ")[0] ?? "";
    if (holder !== String(process.pid) && isAlive(Number(holder))) throw new DatabaseInUseError(holder, path);
    discard(path, theirs);
  }
  throw new DatabaseInUseError("unknown", path);
}

/** The file appears whole or not at all, so that nobody takes a half-written one for stale. */
function create(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Removes the stale file, and only that: another process may have put a fresh one in its place. */
function discard(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // expected: another process was faster
  }
  if (read(aside) !== stale) linkSync(aside, path);
  rmSync(aside);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // expected: given back or taken over in between
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // expected: no such process
  }
}
