import type { H3Event } from "h3";
import type { Actor, Call } from "../core/shared/call.ts";
import type { Ids } from "../core/shared/ports.ts";

const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/;

/** The caller's own request id if it is usable, else one of ours. */
export function requestIdOf(event: H3Event, ids: Ids): string {
  const sent = event.req.headers.get("x-request-id");
  return sent !== null && VISIBLE_ASCII.test(sent) ? sent : `req_${ids.hex(16)}`;
}

/**
 * Where a request came from. Behind `trustedProxies` proxies the entry of X-Forwarded-For that the outermost of them
 * wrote counts; whatever stands left of it anybody may have made up.
 */
export function addressOf(event: H3Event, trustedProxies: number): string {
  const socket = event.req.ip ?? "unknown";
  if (trustedProxies === 0) return socket;
  const forwarded = (event.req.headers.get("x-forwarded-for") ?? "").split(",").map((entry) => entry.trim());
  return forwarded.at(-trustedProxies) || socket;
}

export function buildCall(event: H3Event, actor: Actor, requestId: string): Call {
  return { actor, requestId, signal: event.req.signal };
}
