import { H3, type H3Event } from "h3";
import type { PackageFacts } from "../core/shared/package-facts.ts";
import type { Hasher, Ids, Logger } from "../core/shared/ports.ts";
import type { Resolver } from "../core/shared/resolver.ts";
import { requestIdOf } from "./call.ts";
import { ALWAYS_HEADERS, PREFLIGHT_HEADERS } from "./cors.ts";
import { type ErrorPlace, errorAnswer } from "./errors.ts";
import { openApiDocument } from "./openapi.ts";
import { handlerOf } from "./pipeline.ts";
import type { Route } from "./route.ts";
import { allowedMethods, h3Path, pathTable } from "./route-table.ts";
import { apiRoutes } from "./routes/api.ts";
import { chatRoutes } from "./routes/chat.ts";
import { docsRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { landingRoutes } from "./routes/landing.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { usageRoutes } from "./routes/usage.ts";
import { streamResponse, wantedFormat } from "./stream.ts";

export interface ApiDeps {
  resolver: Resolver;
  facts: PackageFacts;
  hasher: Hasher;
  ids: Ids;
  logger: Logger;
  /** How many proxies' `X-Forwarded-For` entries count. */
  trustProxy: number;
  publicUrl: string;
  /** Aborts when streams that still run must end. */
  closing: AbortSignal;
}

/** The whole HTTP surface: every mount on one line, one middleware, one place for errors. */
export function createApi(deps: ApiDeps): H3 {
  const { resolver, logger } = deps;
  const sendStream: StreamSender = (event, frames) =>
    streamResponse(frames, {
      format: wantedFormat(event.req.headers.get("accept")),
      stopping: deps.closing,
      place: placeOf(event),
      logger,
    });
  const routes: Route[] = [
    ...landingRoutes(deps.facts, deps.publicUrl),
    ...healthRoutes(resolver),
    ...apiRoutes(resolver),
    ...chatRoutes(resolver, deps.hasher, sendStream),
    ...usageRoutes(resolver),
    ...docsRoutes(),
    ...openApiRoutes(() => openApiDocument(routes, deps.facts)),
  ];
  const table = pathTable(routes);

  function placeOf(event: H3Event): ErrorPlace {
    const path = event.url.pathname;
    return { path, requestId: event.context.requestId as string, allow: allowedMethods(table, path) };
  }

  const app = new H3({
    silent: true,
    onError(error, event) {
      event.context.requestId ??= requestIdOf(event, deps.ids);
      const { status, headers, body } = errorAnswer(error, placeOf(event), logger);
      const json = { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" };
      const all = { ...ALWAYS_HEADERS, "x-request-id": event.context.requestId as string, ...json, ...headers };
      const text = event.req.method === "HEAD" ? null : JSON.stringify(body);
      return new Response(text, { status, headers: all });
    },
    onResponse(response, event) {
      const { method } = event.req;
      const { requestId, startedAt } = event.context as { requestId?: string; startedAt?: number };
      const ms = startedAt === undefined ? undefined : Math.round(performance.now() - startedAt);
      logger.info("request", { method, path: event.url.pathname, status: response.status, ms, requestId });
    },
  });
  app.use((event) => {
    event.context.startedAt = performance.now();
    const requestId = requestIdOf(event, deps.ids);
    event.context.requestId = requestId;
    const { headers } = event.res;
    for (const [name, value] of Object.entries(ALWAYS_HEADERS)) headers.set(name, value);
    headers.set("x-request-id", requestId);
    headers.set("cache-control", "no-store");
    if (event.req.method !== "OPTIONS") return;
    return new Response(null, { status: 204, headers: { ...PREFLIGHT_HEADERS } });
  });
  for (const route of routes) {
    const handler = handlerOf(route, deps);
    app.on(route.method, h3Path(route.path), handler);
    if (route.method === "POST" && route.auth === "key-or-pay") app.on("HEAD", h3Path(route.path), handler);
  }
  return app;
}

/** Turns frames into the response of a stream; the format is the one the caller accepts. */
export type StreamSender = (event: H3Event, frames: AsyncGenerator<Record<string, unknown>>) => Promise<Response>;
