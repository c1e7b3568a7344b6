import { APIError } from "openai";
import { AbortedError, AppError } from "../../core/shared/errors.ts";

interface Failure {
  reason: string;
  message: string;
}

const MODEL: Failure = {
  reason: "model_unavailable",
  message: "the language model did not answer; retry",
};

const EMBEDDINGS: Failure = {
  reason: "embeddings_unavailable",
  message: "the embedding model did not answer; retry",
};

/** What the core is told when a call of a language model failed with `error`. */
export function modelFailure(error: unknown, signal?: AbortSignal): AppError | AbortedError {
  return translated(error, signal, MODEL);
}

/** What the core is told when a call of an embedding model failed with `error`. */
export function embeddingsFailure(error: unknown, signal?: AbortSignal): AppError | AbortedError {
  return translated(error, signal, EMBEDDINGS);
}

/** Seconds that a reply asks to wait, given as a number or a date; undefined without a usable Retry-After. */
export function retryAfterSeconds(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number.isNaN(Number(value)) ? (Date.parse(value) - Date.now()) / 1000 : Number(value);
  return Number.isFinite(seconds) ? Math.ceil(seconds) : undefined;
}

function translated(error: unknown, signal: AbortSignal | undefined, failure: Failure): AppError | AbortedError {
  if (signal?.aborted) return new AbortedError();
  if (error instanceof AppError || error instanceof AbortedError) return error;
  const wait = error instanceof APIError ? retryAfterSeconds(error.headers) : undefined;
  return new AppError("upstream_failed", failure.reason, failure.message, {
    cause: facts(error),
    retryAfterSeconds: wait === undefined ? 5 : Math.min(Math.max(wait, 1), 120),
  });
}

/**
 * The cause is logged, and a provider's words may repeat a prompt or half a key: only names, codes and numbers stay.
 */
function facts(error: unknown): Error {
  if (error instanceof ProtocolError) return error;
  const words = [error instanceof Error ? error.constructor.name : typeof error];
  if (error instanceof APIError) words.push(...known(error, ["status", "type", "code", "param", "requestID"]));
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof APIError)) words.push(...known(cause, ["code"]));
  }
  const fact = new Error(words.join(" "));
  fact.name = "ProviderError";
  return fact;
}

// What a code looks like; a key or a word of a prompt in its place mostly does not.
const CODE = /^(?:[a-z0-9_.[\]]{1,40}|E[A-Z_]{2,30}|UND_ERR_[A-Z_]{1,30})$/;

function known(error: object, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    const text = typeof value === "number" ? String(value) : value;
    return typeof text === "string" && CODE.test(text) ? [`${name}=${text}`] : [];
  });
}

/** The server spoke, but not as the API says; the message is ours and holds nothing of the reply. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}
