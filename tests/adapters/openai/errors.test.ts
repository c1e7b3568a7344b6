import { APIError } from "openai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { embeddingsFailure, modelFailure, ProtocolError } from "../../../adapters/openai/errors.ts";
import { AbortedError, AppError } from "../../../core/shared/errors.ts";

const SECRET = "planted prompt";

const refused = (status: number, headers: Record<string, string> = {}): APIError =>
  APIError.generate(
    status,
    { error: { message: SECRET, type: "invalid_request_error", code: "model_not_found", param: SECRET } },
    undefined,
    new Headers(headers),
  );

describe("a failure of the provider", () => {
  it("is told in our words, the reason by which model failed", () => {
    expect(modelFailure(refused(500))).toMatchObject({
      code: "upstream_failed",
      reason: "model_unavailable",
      message: "the language model did not answer; retry",
    });
    expect(embeddingsFailure(refused(500))).toMatchObject({
      code: "upstream_failed",
      reason: "embeddings_unavailable",
      message: "the embedding model did not answer; retry",
    });
  });

  it("keeps for the log what is a name, a code or a number, and nothing of the provider's text", () => {
    const { cause } = modelFailure(refused(404, { "x-request-id": "req_1" }));
    expect(String(cause)).toBe(
      "ProviderError: NotFoundError status=404 type=invalid_request_error code=model_not_found requestID=req_1",
    );
    expect(JSON.stringify(cause)).not.toContain(SECRET);
  });

  it("names the fault of the connection below it", () => {
    const socket = Object.assign(new Error(SECRET), { code: "ECONNRESET" });
    expect(String(modelFailure(new TypeError(SECRET, { cause: socket })).cause)).toBe(
      "ProviderError: TypeError code=ECONNRESET",
    );
  });

  it("keeps our own finding, which holds nothing of theirs", () => {
    expect(String(modelFailure(new ProtocolError("no list")).cause)).toBe("ProtocolError: no list");
  });

  it("is no failure when the caller has left", () => {
    expect(modelFailure(refused(500), AbortSignal.abort())).toBeInstanceOf(AbortedError);
    expect(embeddingsFailure(refused(500), AbortSignal.abort())).toBeInstanceOf(AbortedError);
  });

  it("is left alone when it is told already", () => {
    const told = new AppError("unavailable", "model_not_configured", "none");
    expect(modelFailure(told)).toBe(told);
  });

  it("may be anything that was thrown", () => {
    expect(modelFailure("text")).toMatchObject({ reason: "model_unavailable", retryAfterSeconds: 5 });
    expect(modelFailure(undefined)).toMatchObject({ reason: "model_unavailable", retryAfterSeconds: 5 });
  });
});

describe("how long to wait", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    [undefined, 5],
    ["", 5],
    ["soon", 5],
    ["20", 20],
    ["0.2", 1],
    ["0", 1],
    ["-3", 1],
    ["86400", 120],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 1],
  ])("is %j of the provider as %i s", (value, seconds) => {
    const headers = value === undefined ? {} : { "retry-after": value };
    expect(modelFailure(refused(429, headers))).toMatchObject({ retryAfterSeconds: seconds });
  });
});
