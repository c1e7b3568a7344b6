import type { H3Event } from "h3";
import type { z } from "zod";
import type { RateLimitName } from "../core/access/rate-limits.ts";
import type { Call } from "../core/shared/call.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a handler gets once every check before the work has passed. */
export interface RouteInput<Body, Query, Params> {
  call: Call;
  body: Body;
  query: Query;
  params: Params;
  /** The body as it was sent, unknown fields included. */
  rawBody: unknown;
  event: H3Event;
}

type Shape = z.ZodObject<z.ZodRawShape>;

/** One endpoint: what it takes, who may call it, and the use case behind it. Documents are made from the same object. */
export interface Route {
  method: Method;
  /** In OpenAPI's form: `/images/session/{session_id}`. */
  path: string;
  /** `key-or-pay`: a valid key, or a payment once payments are on; `none`: a key is not even looked at. */
  auth: "none" | "key" | "key-or-pay";
  limit?: RateLimitName;
  /** Whether a call counts in `/usage` and against a monthly quota. */
  counted?: boolean;
  bodyLimit?: number;
  body?: Shape;
  query?: Shape;
  params?: Shape;
  doc: RouteDoc;
  handle(input: RouteInput<never, never, never>): Promise<unknown>;
}

export interface RouteDoc {
  tag: string;
  summary: string;
  description?: string;
  response?: z.ZodType;
  /** Media types of a 200 that is no JSON, or not only. */
  produces?: string[];
  example?: unknown;
  errors?: number[];
  hidden?: boolean;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;

export interface RouteDefinition<B extends Shape | undefined, Q extends Shape | undefined, P extends Shape | undefined>
  extends Omit<Route, "body" | "query" | "params" | "handle"> {
  body?: B;
  query?: Q;
  params?: P;
  handle(input: RouteInput<Parsed<B>, Parsed<Q>, Parsed<P>>): Promise<unknown>;
}

export function defineRoute<
  B extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  P extends Shape | undefined = undefined,
>(definition: RouteDefinition<B, Q, P>): Route {
  return definition as unknown as Route;
}

/** Largest JSON body where a route says nothing else (http-api.md 2.2). */
export const DEFAULT_BODY_LIMIT = 1024 * 1024;

/** Largest body of the routes that take pictures as base64. */
export const PICTURE_BODY_LIMIT = 36 * 1024 * 1024;
