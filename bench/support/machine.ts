import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { ROOT } from "./root.ts";

/** What a figure is worth nothing without. */
export function describeMachine(): string {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0]?.toFixed(1);
  return [
    `${new Date().toISOString().slice(0, 10)}, revision ${revision()}`,
    `${cores[0]?.model.trim()}, ${cores.length} cores, ${memory} GiB, ${type()} ${release()}`,
    `Node ${process.version}`,
    `load before the run ${load}${Number(load) > 0.5 ? ": OTHER PROGRAMS WERE RUNNING, the figures are noisy" : ""}`,
  ].join(" · ");
}

function revision(): string {
  try {
    const git = (...words: string[]) =>
      execFileSync("git", ["--no-optional-locks", ...words], {
        cwd: ROOT,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    const changed = git("status", "--porcelain") === "" ? "" : " with changes";
    return `${git("rev-parse", "--short", "HEAD")}${changed}`;
  } catch {
    return "unknown"; // expected: not every copy is a checkout
  }
}
