import { z } from "zod";
import { GetHealth } from "../../core/shared/get-health.ts";
import type { Resolver } from "../../core/shared/resolver.ts";
import { rfc3339 } from "../../core/shared/time.ts";
import { defineRoute, type Route } from "../route.ts";

const HealthResponse = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  timestamp: z.string(),
  version: z.string(),
  checks: z.record(
    z.string(),
    z.object({
      status: z.enum(["ok", "failing", "disabled"]),
      mode: z.enum(["embedded", "external"]).optional(),
      latency_ms: z.int().optional(),
    }),
  ),
});

export function healthRoutes(resolver: Resolver): Route[] {
  const getHealth = resolver.resolve(GetHealth);
  return [
    defineRoute({
      method: "GET",
      path: "/health",
      auth: "none",
      doc: {
        tag: "Service",
        summary: "How the service is",
        description: "200 while it serves, 503 with the same body while the database is away or the server stops.",
        response: HealthResponse,
        errors: [503],
      },
      async handle({ event }) {
        const health = await getHealth.execute();
        if (health.status === "unhealthy") event.res.status = 503;
        const checks = Object.entries(health.checks).map(([name, { latencyMs, ...check }]) => [
          name,
          { ...check, ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }) },
        ]);
        return {
          status: health.status,
          timestamp: rfc3339(health.at),
          version: health.version,
          checks: Object.fromEntries(checks),
        } satisfies z.infer<typeof HealthResponse>;
      },
    }),
  ];
}
