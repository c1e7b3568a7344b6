import { z } from "zod";
import type { PackageFacts } from "../core/shared/package-facts.ts";
import { HTTP_ERRORS } from "./errors.ts";
import type { Route } from "./route.ts";

type Json = Record<string, unknown>;

/** Tags in the order they are shown: what the guides call public comes first. */
const TAGS = [
  { name: "Chat", description: "Answers with memory, tools, structure and streaming." },
  { name: "Service", description: "Health, what is offered, and what your key has used." },
];

/** OpenAPI 3.1, made from the very schemas that validate requests, of the routes that are on. */
export function openApiDocument(routes: readonly Route[], facts: PackageFacts): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes.filter((candidate) => candidate.doc.hidden !== true)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: facts.name,
      version: facts.version,
      description:
        'Send your key in the `api-key` header. Errors are `{"detail": …}`: a text `code: what happened`, or a list of ' +
        "wrong fields. Every response carries `X-Request-ID`.",
    },
    servers: [{ url: "/", description: "this server" }],
    tags: TAGS,
    paths,
    components: {
      securitySchemes: { ApiKey: { type: "apiKey", in: "header", name: "api-key" } },
      schemas: {
        Error: {
          type: "object",
          required: ["detail"],
          properties: { detail: { type: "string", examples: ["invalid_api_key: API Key is not valid"] } },
        },
        FieldErrors: {
          type: "object",
          required: ["detail"],
          properties: {
            detail: {
              type: "array",
              items: {
                type: "object",
                required: ["loc", "msg", "type"],
                properties: {
                  loc: { type: "array", items: { type: ["string", "integer"] } },
                  msg: { type: "string" },
                  type: { type: "string" },
                },
              },
            },
          },
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const { doc } = route;
  return {
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, c: string) => c.toUpperCase())}`,
    ...(route.auth === "none" ? {} : { security: [{ ApiKey: [] }] }),
    parameters: [...parameters("query", route.query), ...parameters("path", route.params)],
    ...(route.body === undefined ? {} : { requestBody: requestBody(route) }),
    responses: { "200": success(route), ...failures(route) },
  };
}

function requestBody(route: Route): Json {
  const content: Json = { schema: toJsonSchema(route.body as z.ZodType, "input") };
  if (route.doc.example !== undefined) content.example = route.doc.example;
  return { required: true, content: { "application/json": content } };
}

function success(route: Route): Json {
  const content: Record<string, Json> = {};
  if (route.doc.response !== undefined) {
    content["application/json"] = { schema: toJsonSchema(route.doc.response, "output") };
  }
  for (const type of route.doc.produces ?? []) content[type] = { schema: { type: "string" } };
  return { description: "OK", content };
}

/** What each status may say; the codes are the ones clients match. */
const EXAMPLES: Record<number, unknown> = {
  401: "invalid_api_key: API Key is not valid",
  404: "vector_store_not_found: vs_1",
  408: "timeout: no answer within 90 s; use POST /background/create for long work",
  409: "session_busy: another message of this session is being answered",
  413: "payload_too_large: the body may hold at most 37748736 bytes here",
  422: [{ loc: ["body", "message"], msg: "Field required", type: "missing" }],
  429: "rate_limited: retry after 12 s",
  502: "model_unavailable: the language model did not answer; retry",
  503: "unavailable: the server is starting, stopping or full",
};

function failures(route: Route): Record<string, Json> {
  const known = new Map(Object.entries(HTTP_ERRORS).map(([code, row]) => [row.root, code.replaceAll("_", " ")]));
  const error = { $ref: "#/components/schemas/Error" };
  const fields = { anyOf: [{ $ref: "#/components/schemas/FieldErrors" }, error] };
  return Object.fromEntries(
    (route.doc.errors ?? []).map((status) => {
      const content = { schema: status === 422 ? fields : error, example: { detail: EXAMPLES[status] } };
      return [String(status), { description: known.get(status), content: { "application/json": content } }];
    }),
  );
}

function parameters(place: "query" | "path", schema: z.ZodObject<z.ZodRawShape> | undefined): Json[] {
  if (schema === undefined) return [];
  const json = toJsonSchema(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || (json.required ?? []).includes(name),
    schema: property,
  }));
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ jsonSchema }) {
      // That an integer is a safe one is JavaScript's concern, and makes ugly examples.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as Json;
  return json;
}
