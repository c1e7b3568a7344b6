import { AppError } from "../../core/shared/errors.ts";

const GONE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "53300", // too many connections
  "57014", // statement timeout
  "57P01", // the server shuts down
  "57P02",
  "57P03", // the server starts
]);

/**
 * What went wrong in the database, as the core knows it. Drizzle's own message holds the SQL and every parameter,
 * the server's detail the values: neither ever becomes a message, both stay in `cause`, which only the log sees.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  if (GONE.has(code)) {
    return new AppError("unavailable", "unavailable", "the server is starting, stopping or full", {
      cause: error,
      retryAfterSeconds: 5,
    });
  }
  if (code === "23505" || code === "40001" || code === "40P01") {
    return new AppError("conflict", "conflict", "this was changed by another request; retry", { cause: error });
  }
  return error;
}

function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}
