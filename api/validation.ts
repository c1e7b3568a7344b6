import { z } from "zod";
import { InvalidInputError } from "../core/shared/errors.ts";
import type { FieldIssue, FieldIssueKind } from "../core/shared/field-issue.ts";

type Place = "body" | "query" | "path" | "header";

/**
 * Reads values by a schema with the wire's tolerance: null is absent, and text that is a number is a number where a
 * number is wanted. Throws InvalidInputError whose paths begin with `place`.
 */
export function validate(
  place: Place,
  schema: z.ZodObject<z.ZodRawShape> | undefined,
  values: Record<string, unknown>,
): Record<string, unknown> {
  if (schema === undefined) return {};
  const parsed = schema.safeParse(tolerant(schema, values), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(parsed.error.issues.map((issue) => toFieldIssue(place, issue)));
}

function tolerant(schema: z.ZodObject<z.ZodRawShape>, values: Record<string, unknown>): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) continue;
    read[name] = typeof value === "string" && wantsNumber(field) ? numberOrText(value) : value;
  }
  return read;
}

function wantsNumber(field: unknown): boolean {
  let at: unknown = field;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodNullable) at = at.unwrap();
  return at instanceof z.ZodNumber;
}

function numberOrText(text: string): number | string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : number;
}

const TYPE_KINDS: Record<string, [FieldIssueKind, string]> = {
  string: ["string_type", "Input should be a string"],
  int: ["int_type", "Input should be an integer"],
  number: ["float_type", "Input should be a number"],
  boolean: ["bool_type", "Input should be true or false"],
  array: ["list_type", "Input should be a list"],
  object: ["object_type", "Input should be an object"],
  record: ["object_type", "Input should be an object"],
};

function toFieldIssue(place: Place, issue: z.core.$ZodIssue): FieldIssue {
  const path = [place, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  return { path, ...describe(issue) };
}

function describe(issue: z.core.$ZodIssue): { kind: FieldIssueKind; message: string } {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return { kind: "missing", message: "Field required" };
    const [kind, message] = TYPE_KINDS[issue.expected] ?? ["value_error", issue.message];
    return { kind, message };
  }
  if (issue.code === "too_small") return bound(issue.origin, "least", issue.minimum);
  if (issue.code === "too_big") return bound(issue.origin, "most", issue.maximum);
  if (issue.code === "invalid_value") {
    return { kind: "enum", message: `Input should be one of ${issue.values.map(String).join(", ")}` };
  }
  // Of several forms the last is the usual one.
  const usual = issue.code === "invalid_union" ? issue.errors.at(-1)?.[0] : undefined;
  return usual === undefined ? { kind: "value_error", message: issue.message } : describe(usual);
}

function bound(
  origin: string,
  side: "least" | "most",
  limit: number | bigint,
): { kind: FieldIssueKind; message: string } {
  if (origin === "string") {
    const kind = side === "least" ? "string_too_short" : "string_too_long";
    return { kind, message: `String should have at ${side} ${limit} characters` };
  }
  if (origin === "array") return { kind: "value_error", message: `List should have at ${side} ${limit} items` };
  return side === "least"
    ? { kind: "greater_than_equal", message: `Input should be greater than or equal to ${limit}` }
    : { kind: "less_than_equal", message: `Input should be less than or equal to ${limit}` };
}
