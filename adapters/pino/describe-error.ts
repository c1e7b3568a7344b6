import { redactText } from "./redact.ts";

const MAX_CAUSES = 5;
const MAX_FRAMES = 20;

/**
 * An error as fields: name, code, message, where it was thrown, and its causes. Nothing else that hangs on it (a
 * response, a request, a statement) is looked at. The text of a database's error quotes statements and values, so
 * of it only code, constraint and place are shown.
 */
export function describeError(error: Error, causesLeft = MAX_CAUSES): Record<string, unknown> {
  const name = nameOf(error);
  if (name === "DrizzleQueryError") {
    return { name, ...(error.cause instanceof Error ? databaseFacts(error.cause) : {}), stack: framesOf(error) };
  }
  if (isDatabaseError(error)) return { name, ...databaseFacts(error), stack: framesOf(error) };
  const { cause } = error;
  return {
    name,
    ...plainFields(error, ["code", "reason", "status"]),
    message: redactText(error.message),
    stack: framesOf(error),
    ...(cause === undefined || causesLeft === 0 ? {} : { cause: describeCause(cause, causesLeft - 1) }),
  };
}

function describeCause(cause: unknown, causesLeft: number): unknown {
  return cause instanceof Error ? describeError(cause, causesLeft) : typeof cause;
}

// Drizzle's class leaves `name` at "Error".
function nameOf(error: Error): string {
  return error.name === "Error" ? (error.constructor?.name ?? "Error") : error.name;
}

const isDatabaseError = (error: Error): boolean => nameOf(error) === "PostgresError" || "severity" in error;

function databaseFacts(error: Error): Record<string, unknown> {
  return plainFields(error, ["code", "constraint", "constraint_name"]);
}

function plainFields(error: Error, names: string[]): Record<string, unknown> {
  const fields = error as unknown as Record<string, unknown>;
  const plain = names.filter((name) => typeof fields[name] === "string" || typeof fields[name] === "number");
  return Object.fromEntries(plain.map((name) => [name, fields[name]]));
}

// The stack begins with the message, which may be several lines long and look like anything.
function framesOf(error: Error): string {
  const stack = error.stack ?? "";
  const afterMessage = stack.slice(Math.max(0, stack.indexOf(error.message)) + error.message.length);
  const frames = afterMessage.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.slice(0, MAX_FRAMES).join("\n");
}
