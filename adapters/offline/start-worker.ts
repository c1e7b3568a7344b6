import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * Starts the module `name` of this folder in a thread. A thread gets no loader for TypeScript from tsx or vitest,
 * and Node 20 does not pass one on, so an unbuilt module is loaded through tsx's own interface.
 */
export function startWorker(name: string): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL(`./${name}.js`, import.meta.url));
  const file = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  // A thread made from text looks for packages in the working directory, which may be anywhere.
  const tsxPackage = createRequire(import.meta.url).resolve("tsx/package.json");
  const tsx = JSON.stringify(new URL("./dist/esm/api/index.mjs", pathToFileURL(tsxPackage)).href);
  const code = `import(${tsx}).then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(code, { eval: true });
}
