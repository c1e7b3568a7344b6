import type { EventHandler, H3Event } from "h3";
import { AdmitCall } from "../core/access/admit-call.ts";
import { AuthenticateKey } from "../core/access/authenticate-key.ts";
import { CheckQuota } from "../core/access/check-quota.ts";
import type { Actor, Call } from "../core/shared/call.ts";
import { AppError, InvalidInputError } from "../core/shared/errors.ts";
import type { Resolver } from "../core/shared/resolver.ts";
import { checkDeclaredBody, parseJsonObject, readText } from "./body.ts";
import { addressOf, buildCall } from "./call.ts";
import { DEFAULT_BODY_LIMIT, type Route } from "./route.ts";
import { validate } from "./validation.ts";

export interface PipelineDeps {
  resolver: Resolver;
  trustProxy: number;
}

/** Runs a route's checks in the order of http-api.md 3.1: the first that fails answers, and nothing after it happens. */
export function handlerOf(route: Route, deps: PipelineDeps): EventHandler {
  const authenticate = deps.resolver.resolve(AuthenticateKey);
  const admitCall = deps.resolver.resolve(AdmitCall);
  const checkQuota = deps.resolver.resolve(CheckQuota);
  const bodyLimit = route.bodyLimit ?? DEFAULT_BODY_LIMIT;
  return async (event) => {
    if (route.method !== "GET") checkDeclaredBody(event, bodyLimit);
    const actor = await recognise(event, route, authenticate, deps.trustProxy);
    const call = buildCall(event, actor, event.context.requestId as string);
    if (isProbe(event, route)) return null;
    if (route.limit !== undefined && actor.kind !== "api-key") await admitCall.execute(call, { limit: route.limit });
    if (route.counted) await checkQuota.execute(call);
    return answer(event, route, call, bodyLimit);
  };
}

async function recognise(
  event: H3Event,
  route: Route,
  authenticate: AuthenticateKey,
  trustProxy: number,
): Promise<Actor> {
  const address = addressOf(event, trustProxy);
  if (route.auth === "none") return { kind: "anonymous", address };
  const key = event.req.headers.get("api-key");
  const limit = isProbe(event, route) ? undefined : route.limit;
  if (key !== null) return authenticate.execute({ key, address, limit });
  throw new AppError("unauthenticated", "missing_api_key", "API Key required in the api-key header");
}

/** HEAD on a priced route: what would an unpaid call be told? Nothing runs or counts. */
function isProbe(event: H3Event, route: Route): boolean {
  return event.req.method === "HEAD" && route.method !== "GET";
}

async function answer(event: H3Event, route: Route, call: Call, bodyLimit: number): Promise<unknown> {
  const query = validate("query", route.query, Object.fromEntries(event.url.searchParams));
  const params = validate("path", route.params, decoded(event.context.params ?? {}));
  const rawBody = route.body === undefined ? {} : parseJsonObject(await readText(event, bodyLimit));
  const body = validate("body", route.body, rawBody);
  const input = { call, body, query, params, rawBody, event } as never;
  try {
    return await route.handle(input);
  } catch (error) {
    throw inBody(error);
  }
}

// The core names the field; that it stood in the body is known here only.
function inBody(error: unknown): unknown {
  if (!(error instanceof InvalidInputError)) return error;
  return new InvalidInputError(error.issues.map((issue) => ({ ...issue, path: ["body", ...issue.path] })));
}

function decoded(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value]; // expected: no valid encoding, so no id of ours either
      }
    }),
  );
}
