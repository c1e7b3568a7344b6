import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { digestSources, root, stamp } from "./sources.mjs";

const dist = join(root, "dist");
const migrations = join("adapters", "postgres", "migrations");

// Before compiling: a file that changes meanwhile makes the next start build again.
const digest = digestSources();
rmSync(dist, { recursive: true, force: true });

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const compiled = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

// tsc copies no SQL.
if (existsSync(join(root, migrations))) cpSync(join(root, migrations), join(dist, migrations), { recursive: true });

// Last, so that a build which failed half-way is never taken for a whole one.
writeFileSync(stamp, digest);
