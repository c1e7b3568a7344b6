import { expect, it } from "vitest";
import { type ErrorPlace, errorAnswer } from "../../api/errors.ts";
import { AppError, ERROR_CODES } from "../../core/shared/errors.ts";
import { RecordingLogger } from "../fakes/recording-logger.ts";

const place = (path: string): ErrorPlace => ({ path, requestId: "req_1", allow: [] });

it("shows every code on every surface as the stored matrix says", () => {
  const rows = ERROR_CODES.map((code) => {
    const error = new AppError(code, "reason", "safe text", { cause: new Error("secret"), retryAfterSeconds: 5 });
    const cells = ["/chat", "/images/edit", "/api/messages"].map((path) => {
      const logger = new RecordingLogger();
      const { status, body } = errorAnswer(error, place(path), logger);
      return `${status} ${JSON.stringify(body)} ${logger.lines[0]?.level ?? "-"}`;
    });
    return [code, ...cells].join(" | ");
  });
  expect(rows.join("\n")).not.toContain("secret");
  expect(rows).toMatchInlineSnapshot(`
    [
      "invalid_input | 422 {"detail":"reason: safe text"} - | 422 {"success":false,"detail":"reason: safe text"} - | 400 {"error":{"code":"INVALID_REQUEST","message":"safe text"}} -",
      "bad_request | 400 {"detail":"reason: safe text"} - | 400 {"success":false,"detail":"reason: safe text"} - | 400 {"error":{"code":"INVALID_REQUEST","message":"safe text"}} -",
      "unauthenticated | 401 {"detail":"reason: safe text"} - | 401 {"success":false,"detail":"reason: safe text"} - | 401 {"error":{"code":"UNAUTHORIZED","message":"safe text"}} -",
      "payment_required | 402 {"detail":"reason: safe text"} info | 402 {"success":false,"detail":"reason: safe text"} info | 500 {"error":{"code":"INTERNAL_ERROR","message":"safe text"}} info",
      "forbidden | 403 {"detail":"reason: safe text"} warn | 403 {"success":false,"detail":"reason: safe text"} warn | 403 {"error":{"code":"FORBIDDEN","message":"safe text"}} warn",
      "not_found | 404 {"detail":"reason: safe text"} - | 404 {"success":false,"detail":"reason: safe text"} - | 404 {"error":{"code":"NOT_FOUND","message":"safe text"}} -",
      "conflict | 409 {"detail":"reason: safe text"} - | 409 {"success":false,"detail":"reason: safe text"} - | 409 {"error":{"code":"CONFLICT","message":"safe text"}} -",
      "timeout | 408 {"detail":"reason: safe text"} warn | 408 {"success":false,"detail":"reason: safe text"} warn | 503 {"error":{"code":"SERVICE_UNAVAILABLE","message":"safe text"}} warn",
      "expired | 410 {"detail":"reason: safe text"} - | 410 {"success":false,"detail":"reason: safe text"} - | 401 {"error":{"code":"SESSION_EXPIRED","message":"safe text"}} -",
      "too_large | 413 {"detail":"reason: safe text"} - | 413 {"success":false,"detail":"reason: safe text"} - | 400 {"error":{"code":"INVALID_REQUEST","message":"safe text"}} -",
      "unsupported_type | 415 {"detail":"reason: safe text"} - | 415 {"success":false,"detail":"reason: safe text"} - | 400 {"error":{"code":"INVALID_REQUEST","message":"safe text"}} -",
      "rate_limited | 429 {"detail":"reason: safe text"} warn | 429 {"success":false,"detail":"reason: safe text"} warn | 429 {"error":{"code":"RATE_LIMIT_EXCEEDED","message":"safe text"}} warn",
      "upstream_failed | 502 {"detail":"reason: safe text"} error | 502 {"success":false,"detail":"reason: safe text"} error | 503 {"error":{"code":"SERVICE_UNAVAILABLE","message":"safe text"}} error",
      "unavailable | 503 {"detail":"reason: safe text"} warn | 503 {"success":false,"detail":"reason: safe text"} warn | 503 {"error":{"code":"SERVICE_UNAVAILABLE","message":"safe text"}} warn",
      "internal | 500 {"detail":"internal_error: request req_1"} error | 500 {"success":false,"detail":"internal_error: request req_1"} error | 500 {"error":{"code":"INTERNAL_ERROR","message":"request req_1"}} error",
    ]
  `);
});

it("hides what it does not know", () => {
  const { status, body } = errorAnswer(new TypeError("secret"), place("/chat"), new RecordingLogger());
  expect([status, body]).toEqual([500, { detail: "internal_error: request req_1" }]);
});
