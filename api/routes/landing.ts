import type { PackageFacts } from "../../core/shared/package-facts.ts";
import { htmlResponse } from "../pages/html.ts";
import { landingPage } from "../pages/landing.ts";
import { defineRoute, type Route } from "../route.ts";

export function landingRoutes(facts: PackageFacts, publicUrl: string): Route[] {
  const page = landingPage(facts, publicUrl);
  return [
    defineRoute({
      method: "GET",
      path: "/",
      auth: "none",
      doc: { tag: "Service", summary: "Landing page", produces: ["text/html"], hidden: true },
      handle: async ({ event }) => htmlResponse(event, page),
    }),
  ];
}
