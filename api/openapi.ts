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
export function openApiDocument(routes: readonly Route[], facts: PackageFacts, publicUrl: string): Json {
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
    servers: [{ url: "/", description: "this server" }, { url: publicUrl }],
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

function failures(route: Route): Record<string, Json> {
  const known = new Map(Object.entries(HTTP_ERRORS).map(([code, row]) => [row.root, code.replaceAll("_", " ")]));
  return Object.fromEntries(
    (route.doc.errors ?? []).map((status) => {
      const error = { $ref: "#/components/schemas/Error" };
      const schema = status === 422 ? { anyOf: [{ $ref: "#/components/schemas/FieldErrors" }, error] } : error;
      return [
        String(status),
        { description: known.get(status) ?? "error", content: { "application/json": { schema } } },
      ];
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
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  return json;
}
