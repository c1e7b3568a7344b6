import type { FieldIssue } from "../core/shared/field-issue.ts";

/** The root's error body: a string `code: text`, or the list of wrong fields. */
export function rootEnvelope(path: string, detail: unknown): Record<string, unknown> {
  // The guides' image examples read `success` without looking at the status first.
  return speaksSuccess(path) ? { success: false, detail } : { detail };
}

export function fieldList(issues: readonly FieldIssue[]): { loc: (string | number)[]; msg: string; type: string }[] {
  return issues.map((issue) => ({ loc: [...issue.path], msg: issue.message, type: issue.kind }));
}

/** The error body of the agent-to-agent chat API. */
export function chatApiEnvelope(code: string, message: string): Record<string, unknown> {
  return { error: { code, message } };
}

/** Everything under `/api/` speaks the chat API's envelope, but for `GET /api` itself and the status alias. */
export function speaksChatApi(path: string): boolean {
  return path.startsWith("/api/") && path !== "/api/" && !path.startsWith("/api/status/");
}

function speaksSuccess(path: string): boolean {
  return /^(\/x402)?\/images(\/|$)/.test(path);
}
