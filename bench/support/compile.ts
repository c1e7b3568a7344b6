import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Cleanup } from "./cleanup.ts";
import { ROOT } from "./root.ts";

/** Programs of the benchmark that run in processes of their own. */
const PROGRAMS = [
  "servers/model-stand-in.ts",
  "servers/proxy.ts",
  "servers/openai.ts",
  "servers/openai-pooled.ts",
  "support/load-process.ts",
] as const;

export type ProgramFile = (typeof PROGRAMS)[number];

/**
 * Plain JavaScript of our own programs. Under tsx they would pay at run time too: it keeps the names of functions by a
 * call for each closure made. The files lie below node_modules so that they find the packages.
 */
export async function compilePrograms(cleanup: Cleanup): Promise<(file: ProgramFile) => string> {
  const cache = join(ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, "agent-t-bench-"));
  cleanup.add(() => rmSync(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: PROGRAMS.map((file) => join(ROOT, "bench", file)),
    ...{ outdir, outbase: join(ROOT, "bench"), outExtension: { ".js": ".mjs" } },
    ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", logLevel: "warning" },
  });
  return (file) => join(outdir, file.replace(/\.ts$/, ".mjs"));
}
