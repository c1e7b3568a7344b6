import type { FieldIssue } from "./field-issue.ts";

/** The closed list of error codes; each surface has one complete table over it. */
export const ERROR_CODES = [
  "invalid_input",
  "bad_request",
  "unauthenticated",
  "payment_required",
  "forbidden",
  "not_found",
  "conflict",
  "timeout",
  "expired",
  "too_large",
  "unsupported_type",
  "rate_limited",
  "upstream_failed",
  "unavailable",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AppErrorOptions {
  cause?: unknown;
  /** Whole seconds after which a retry makes sense; absent when waiting cannot help. */
  retryAfterSeconds?: number;
}

/**
 * An expected failure. `code` chooses how a surface shows it, `reason` is the word clients match,
 * `message` is safe to show to anybody; what must stay inside goes into `cause`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, reason: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Input whose fields are wrong; `issues` names each field and what to change. */
export class InvalidInputError extends AppError {
  readonly issues: readonly FieldIssue[];

  constructor(issues: readonly FieldIssue[]) {
    super("invalid_input", "invalid_input", issues.map((issue) => issue.message).join("; "));
    this.name = "InvalidInputError";
    this.issues = issues;
  }
}

/** Too many requests for now; always says how long to wait. */
export class RateLimitedError extends AppError {
  constructor(reason: string, message: string, retryAfterSeconds: number) {
    super("rate_limited", reason, message, { retryAfterSeconds });
    this.name = "RateLimitedError";
  }
}

/** The caller left or the work was told to end: nobody waits for an answer, so no surface shows it. */
export class AbortedError extends Error {
  constructor() {
    super("aborted");
    this.name = "AbortedError";
  }
}

/** The reason of every abort of our own. One for all: a reason made anew costs a stack trace each time. */
export const ABORTED = new AbortedError();
