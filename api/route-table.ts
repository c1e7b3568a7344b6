import type { Route } from "./route.ts";

type PathTable = { pattern: RegExp; methods: string[] }[];

/** Which methods each path has, for 405 and `Allow`. */
export function pathTable(routes: readonly Route[]): PathTable {
  const byPath = new Map<string, string[]>();
  for (const route of routes) {
    const methods = byPath.get(route.path) ?? [];
    methods.push(route.method);
    if (route.method === "GET" || route.auth === "key-or-pay") methods.push("HEAD");
    byPath.set(route.path, methods);
  }
  return [...byPath].map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replace(/\/$/, "").replace(/\{[^}]+\}/g, "[^/]+")}/?$`),
    methods,
  }));
}

/** `[]` for a path that does not exist. */
export function allowedMethods(table: PathTable, path: string): string[] {
  return table.find((entry) => entry.pattern.test(path))?.methods ?? [];
}

/** h3 writes a parameter as `:name`. */
export function h3Path(path: string): string {
  return path.replace(/\{([^}]+)\}/g, ":$1");
}
