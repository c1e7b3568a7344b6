import { HTTPError } from "h3";
import { AbortedError, AppError, type ErrorCode, InvalidInputError } from "../core/shared/errors.ts";
import type { Logger } from "../core/shared/ports.ts";
import { chatApiEnvelope, fieldList, rootEnvelope, speaksChatApi } from "./envelopes.ts";

interface Row {
  root: number;
  chatApi: number;
  chatApiCode: string;
  log: "none" | "info" | "warn" | "error";
}

export const HTTP_ERRORS = {
  invalid_input: { root: 422, chatApi: 400, chatApiCode: "INVALID_REQUEST", log: "none" },
  bad_request: { root: 400, chatApi: 400, chatApiCode: "INVALID_REQUEST", log: "none" },
  unauthenticated: { root: 401, chatApi: 401, chatApiCode: "UNAUTHORIZED", log: "none" },
  payment_required: { root: 402, chatApi: 500, chatApiCode: "INTERNAL_ERROR", log: "info" },
  forbidden: { root: 403, chatApi: 403, chatApiCode: "FORBIDDEN", log: "warn" },
  not_found: { root: 404, chatApi: 404, chatApiCode: "NOT_FOUND", log: "none" },
  conflict: { root: 409, chatApi: 409, chatApiCode: "CONFLICT", log: "none" },
  timeout: { root: 408, chatApi: 503, chatApiCode: "SERVICE_UNAVAILABLE", log: "warn" },
  expired: { root: 410, chatApi: 401, chatApiCode: "SESSION_EXPIRED", log: "none" },
  too_large: { root: 413, chatApi: 400, chatApiCode: "INVALID_REQUEST", log: "none" },
  unsupported_type: { root: 415, chatApi: 400, chatApiCode: "INVALID_REQUEST", log: "none" },
  rate_limited: { root: 429, chatApi: 429, chatApiCode: "RATE_LIMIT_EXCEEDED", log: "warn" },
  upstream_failed: { root: 502, chatApi: 503, chatApiCode: "SERVICE_UNAVAILABLE", log: "error" },
  unavailable: { root: 503, chatApi: 503, chatApiCode: "SERVICE_UNAVAILABLE", log: "warn" },
  internal: { root: 500, chatApi: 500, chatApiCode: "INTERNAL_ERROR", log: "error" },
} satisfies Record<ErrorCode, Row>;

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

export interface ErrorPlace {
  path: string;
  requestId: string;
  /** Methods that the path has, `[]` for an unknown path. */
  allow: readonly string[];
}

/** What a failed request is answered, and the one place where failures are logged. */
export function errorAnswer(thrown: unknown, place: ErrorPlace, logger: Logger): ErrorAnswer {
  const error = toAppError(thrown, place);
  if (error instanceof RouteError) {
    return answer(error.status, place, error.reason, error.message, error.headers, error.chatApiCode);
  }
  const row = HTTP_ERRORS[error.code];
  report(row.log, error, place, logger);
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = String(error.retryAfterSeconds);
  if (error.code === "unauthenticated") headers["www-authenticate"] = "ApiKey";
  // The rest of a body that is too large is never read, so the connection cannot be used again.
  if (error.code === "too_large") headers.connection = "close";
  if (error instanceof InvalidInputError && !speaksChatApi(place.path)) {
    return { status: row.root, headers, body: rootEnvelope(place.path, fieldList(error.issues)) };
  }
  const status = speaksChatApi(place.path) ? row.chatApi : row.root;
  if (error.code === "internal") return answer(status, place, "internal_error", `request ${place.requestId}`, headers);
  return answer(status, place, error.reason, error.message, headers, row.chatApiCode);
}

class RouteError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly chatApiCode: string;
  readonly headers: Record<string, string>;

  constructor(status: number, reason: string, message: string, chatApiCode: string, headers = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.chatApiCode = chatApiCode;
    this.headers = headers;
  }
}

function toAppError(thrown: unknown, place: ErrorPlace): AppError | RouteError {
  const error = thrown instanceof HTTPError && thrown.unhandled ? thrown.cause : thrown;
  if (error instanceof AppError) return error;
  if (error instanceof HTTPError) {
    if (error.status === 404) return routeError(place);
    if (error.status === 413) return new AppError("too_large", "payload_too_large", "the body is too large");
    if (error.status < 500) {
      return new RouteError(400, "bad_request", "the request is not well formed", "INVALID_REQUEST");
    }
  }
  if (error instanceof AbortedError || isAbort(error)) {
    return new AppError("unavailable", "unavailable", "the server is starting, stopping or full", {
      cause: error,
      retryAfterSeconds: 5,
    });
  }
  return new AppError("internal", "internal_error", "internal error", { cause: error });
}

function routeError(place: ErrorPlace): RouteError {
  if (place.allow.length === 0) return new RouteError(404, "not_found", "no such route", "NOT_FOUND");
  const allow = place.allow.join(", ");
  return new RouteError(405, "method_not_allowed", `use ${allow}`, "METHOD_NOT_ALLOWED", { allow });
}

// A client that leaves while its body is read: Node's own word for it.
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.message === "aborted");
}

function report(level: Row["log"], error: AppError, place: ErrorPlace, logger: Logger): void {
  if (level === "none") return;
  const fields = { requestId: place.requestId, path: place.path, reason: error.reason, cause: error.cause };
  if (error.cause instanceof AbortedError || isAbort(error.cause)) logger.debug("request left", fields);
  else logger[level]("request failed", fields);
}

function answer(
  status: number,
  place: ErrorPlace,
  reason: string,
  message: string,
  headers: Record<string, string>,
  chatApiCode = "INTERNAL_ERROR",
): ErrorAnswer {
  if (speaksChatApi(place.path)) return { status, headers, body: chatApiEnvelope(chatApiCode, message) };
  // Some texts are documented as a bare word.
  const detail = reason === message ? reason : `${reason}: ${message}`;
  return { status, headers, body: rootEnvelope(place.path, detail) };
}
