import type { H3Event } from "h3";
import { AppError, InvalidInputError } from "../core/shared/errors.ts";

const MAX_DEPTH = 100;

/** Refuses by what the headers announce, before a byte of the body is read. */
export function checkDeclaredBody(event: H3Event, limit: number): void {
  const encoding = event.req.headers.get("content-encoding");
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity") {
    throw new AppError("unsupported_type", "unsupported_content_encoding", "send the body uncompressed");
  }
  const declared = event.req.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) throw tooLarge(limit);
}

/** The body as text; a body of no declared length is counted while it comes. */
export async function readText(event: H3Event, limit: number): Promise<string> {
  // Looking at `body` makes a web stream of it, and a body of known length is read several times faster without one.
  const declared = event.req.headers.get("content-length") !== null;
  const body = declared ? null : event.req.body;
  if (body === null) {
    const text = await event.req.text();
    if (text.length > limit) throw tooLarge(limit);
    return text;
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** One JSON object, whatever Content-Type says; an absent or empty body is `{}`. */
export function parseJsonObject(text: string): Record<string, unknown> {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") return {};
  const value = parsed(trimmed);
  if (value === undefined) {
    throw new InvalidInputError([{ path: ["body"], message: "Body should be valid JSON", kind: "json_invalid" }]);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InvalidInputError([{ path: ["body"], message: "Body should be a JSON object", kind: "object_type" }]);
  }
  if (isDeeper(value, MAX_DEPTH)) {
    throw new InvalidInputError([
      { path: ["body"], message: `Body should be nested at most ${MAX_DEPTH} deep`, kind: "json_invalid" },
    ]);
  }
  return value as Record<string, unknown>;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // expected: anybody may send anything
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeper(inner, levels - 1)) return true;
  return false;
}

function tooLarge(limit: number): AppError {
  return new AppError("too_large", "payload_too_large", `the body may hold at most ${limit} bytes here`);
}
