import { z } from "zod";
import { AppError } from "../shared/errors.ts";

/** A model's arguments, checked; throws AppError invalid_input `invalid_arguments` that says which one is wrong. */
export function parseToolArguments<T>(schema: z.ZodType<T>, args: unknown): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.length === 0 ? "the arguments" : issue.path.join(".")}: ${issue.message}`);
  throw new AppError("invalid_input", "invalid_arguments", problems.join("; "));
}

/** The JSON Schema that a tool's declaration shows to the model. */
export function toolParameters(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: "input" });
  return parameters;
}
