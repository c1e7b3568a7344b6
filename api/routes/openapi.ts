import { defineRoute, type Route } from "../route.ts";

/** `document` is asked for at the first request: it is made from all routes, this one included. */
export function openApiRoutes(document: () => unknown): Route[] {
  let made: unknown;
  return [
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      auth: "none",
      doc: { tag: "Service", summary: "This document", hidden: true },
      async handle({ event }) {
        event.res.headers.set("cache-control", "max-age=300");
        made ??= document();
        return made;
      },
    }),
  ];
}
