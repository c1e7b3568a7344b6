import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Cleanup } from "./cleanup.ts";
import { ROOT } from "./root.ts";

/** Programs of the benchmark that run in processes of their own. Written out, so that tools see the files in use. */
const PROGRAMS = {
  "model-stand-in": new URL("../servers/model-stand-in.ts", import.meta.url),
  proxy: new URL("../servers/proxy.ts", import.meta.url),
  openai: new URL("../servers/openai.ts", import.meta.url),
  "openai-pooled": new URL("../servers/openai-pooled.ts", import.meta.url),
  load: new URL("./load-process.ts", import.meta.url),
};

/** The file to run for one of our own programs. */
export type Programs = (name: keyof typeof PROGRAMS) => string;

/**
 * Makes plain JavaScript of them. Under tsx they would pay at run time too: it keeps the names of functions by a call
 * for each closure made. The files lie below node_modules so that they find the packages.
 */
export async function compilePrograms(cleanup: Cleanup): Promise<Programs> {
  const cache = join(ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, "agent-t-bench-"));
  cleanup.add(() => rmSync(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: Object.fromEntries(Object.entries(PROGRAMS).map(([name, url]) => [name, fileURLToPath(url)])),
    ...{ outdir, outExtension: { ".js": ".mjs" }, bundle: true, packages: "external" },
    ...{ platform: "node", format: "esm", target: "node20", logLevel: "warning" },
  });
  return (name) => join(outdir, `${name}.mjs`);
}
