import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestSources, root, stamp } from "./sources.mjs";

const main = join(root, "dist", "main.js");

const built = existsSync(main) && existsSync(stamp);
if (!built || readFileSync(stamp, "utf8") !== digestSources()) {
  if (!existsSync(join(root, "node_modules", "typescript"))) {
    const state = built ? "dist is older than the sources" : "dist is missing";
    console.error(`${state} and TypeScript is not installed: run "npm ci --include=dev && npm run build" first`);
    process.exit(1);
  }
  console.error(built ? "dist is older than the sources: building" : "dist is missing: building");
  const build = spawnSync(process.execPath, [join(root, ".ci", "build.mjs")], { stdio: "inherit" });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

// In this process: no second start-up is paid, and signals and the exit code are the program's own.
process.setSourceMapsEnabled(true);
process.argv.splice(1, 1, main);
await import(pathToFileURL(main).href);
