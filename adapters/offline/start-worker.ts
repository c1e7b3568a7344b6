import { Worker } from "node:worker_threads";

/**
 * Starts the module `name` of this folder in a thread. A thread gets no loader for TypeScript from tsx or vitest,
 * and Node 20 does not pass one on, so an unbuilt module is loaded through tsx's own interface.
 */
export function startWorker(name: string): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL(`./${name}.js`, import.meta.url));
  const file = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(code, { eval: true });
}
