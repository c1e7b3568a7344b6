import type { H3Event } from "h3";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is safe inside elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** A page that loads from this server alone: no foreign script, style, font or frame. */
export function htmlResponse(event: H3Event, page: string): string {
  const policy =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  event.res.headers.set("content-type", "text/html; charset=utf-8");
  event.res.headers.set("content-security-policy", policy);
  event.res.headers.set("cache-control", "max-age=300");
  event.res.headers.set("referrer-policy", "no-referrer");
  return page;
}
