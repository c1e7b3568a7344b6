import type { Route } from "./route.ts";

type PathTable = { pattern: RegExp; methods: string[] }[];

/** Which methods each path has, for 405 and `Allow`. */
export function pathTable(routes: readonly Route[]): PathTable {
  const byPath = new Map<string, Set<string>>();
  for (const route of routes) {
    const methods = byPath.get(route.path) ?? new Set();
    methods.add(route.method);
    if (route.method === "GET" || route.auth === "key-or-pay") methods.add("HEAD");
    byPath.set(route.path, methods);
  }
  return [...byPath].map(([path, methods]) => ({ pattern: patternOf(path), methods: [...methods] }));
}

function patternOf(path: string): RegExp {
  const plain = path.replace(/\/$/, "").replaceAll(".", "\\.");
  return new RegExp(`^${plain.replace(/\{[^}]+\}/g, "[^/]+")}/?$`);
}

/** `[]` for a path that does not exist. */
export function allowedMethods(table: PathTable, path: string): string[] {
  return table.find((entry) => entry.pattern.test(path))?.methods ?? [];
}

/** h3 writes a parameter as `:name`. */
export function h3Path(path: string): string {
  return path.replace(/\{([^}]+)\}/g, ":$1");
}
