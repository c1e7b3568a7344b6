import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DOCS_SCRIPT, docsPage } from "../pages/docs.ts";
import { htmlResponse } from "../pages/html.ts";
import { defineRoute, type Route } from "../route.ts";

// Three named files, never the folder.
const FILES: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

export function docsRoutes(): Route[] {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const text = (path: string, type: string, content: () => Promise<string | Uint8Array>): Route =>
    defineRoute({
      method: "GET",
      path,
      auth: "none",
      doc: { tag: "Service", summary: "Part of the documentation page", hidden: true },
      async handle({ event }) {
        event.res.headers.set("cache-control", "max-age=300");
        event.res.headers.set("content-type", type);
        return content();
      },
    });
  return [
    defineRoute({
      method: "GET",
      path: "/docs",
      auth: "none",
      doc: { tag: "Service", summary: "Read and try the API", produces: ["text/html"], hidden: true },
      handle: async ({ event }) => htmlResponse(event, docsPage()),
    }),
    text("/docs/start.js", "text/javascript; charset=utf-8", async () => DOCS_SCRIPT),
    ...Object.entries(FILES).map(([name, type]) => text(`/docs/${name}`, type, () => readFile(join(folder, name)))),
  ];
}
