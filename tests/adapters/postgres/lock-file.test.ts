import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabaseInUseError, takeLockFile } from "../../../adapters/postgres/lock-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-t-lock-"));
  path = join(folder, "data", "pglite.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const holder = (): string | undefined => readFileSync(path, "utf8").split(" ")[0];
/** As another process would leave it. */
const leave = (content: string): void => {
  takeLockFile(path)();
  writeFileSync(path, content);
};

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--eval", ""]);
  await once(child, "exit");
  return child.pid as number;
}

describe("the lock of a database folder", () => {
  it("names this process, for its owner alone to read, in a folder that need not exist", () => {
    takeLockFile(path);
    expect(holder()).toBe(String(process.pid));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is gone once it is given back, and can be taken again", () => {
    takeLockFile(path)();
    expect(existsSync(path)).toBe(false);
    takeLockFile(path);
    expect(holder()).toBe(String(process.pid));
  });

  it("of a living process is refused with a sentence that says what to do, and left alone", () => {
    leave(`${process.ppid} 6f1c`);
    expect(() => takeLockFile(path)).toThrow(DatabaseInUseError);
    expect(() => takeLockFile(path)).toThrow(/in use by process \d+.*set DATABASE_URL to a PostgreSQL/);
    expect(() => takeLockFile(path)).toThrow(path);
    expect(readFileSync(path, "utf8")).toBe(`${process.ppid} 6f1c`);
  });

  it("of a process that is gone is taken over", async () => {
    leave(`${await deadProcess()} 6f1c`);
    takeLockFile(path);
    expect(holder()).toBe(String(process.pid));
  });

  it("of our own id is taken over: after a restart in a container the id is often the same", () => {
    leave(`${process.pid} 6f1c`);
    takeLockFile(path);
    expect(readFileSync(path, "utf8")).not.toContain("6f1c");
  });

  it.each([[""], ["nonsense"], ["-1 6f1c"], ["0 6f1c"], ["1.5"]])("that says %j is of nobody", (content) => {
    leave(content);
    takeLockFile(path);
    expect(holder()).toBe(String(process.pid));
  });

  it("that another has taken over meanwhile is not given back by us", () => {
    const giveBack = takeLockFile(path);
    writeFileSync(path, `${process.ppid} 6f1c`);
    giveBack();
    expect(existsSync(path)).toBe(true);
  });

  it("that somebody deleted can be given back all the same", () => {
    const giveBack = takeLockFile(path);
    rmSync(path);
    expect(() => giveBack()).not.toThrow();
  });

  it("that cannot be written says why", () => {
    writeFileSync(join(folder, "data"), "a file where a folder should be");
    expect(() => takeLockFile(path)).toThrow(/EEXIST|ENOTDIR/);
  });
});
