import { z } from "zod";
import { DescribeApi } from "../../core/shared/describe-api.ts";
import type { Resolver } from "../../core/shared/resolver.ts";
import { defineRoute, type Route } from "../route.ts";

const ApiResponse = z.object({
  name: z.string(),
  version: z.string(),
  docs: z.string(),
  openapi: z.string(),
  health: z.string(),
  auth: z.object({ header: z.string() }),
  payments: z.object({ enabled: z.boolean() }),
  features: z.array(z.string()),
});

export function apiRoutes(resolver: Resolver): Route[] {
  const describeApi = resolver.resolve(DescribeApi);
  return [
    defineRoute({
      method: "GET",
      path: "/api",
      auth: "none",
      doc: { tag: "Service", summary: "What this server offers", response: ApiResponse },
      async handle({ event }) {
        event.res.headers.set("cache-control", "max-age=300");
        const { features, ...facts } = describeApi.execute();
        const places = { docs: "/docs", openapi: "/openapi.json", health: "/health", auth: { header: "api-key" } };
        return { ...facts, ...places, features: [...features] } satisfies z.infer<typeof ApiResponse>;
      },
    }),
  ];
}
