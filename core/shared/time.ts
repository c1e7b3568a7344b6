/** RFC 3339 in UTC with whole seconds, the form of all times on the wire: `2026-11-22T12:00:00Z`. */
export function rfc3339(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** The UTC day of a moment: `2026-11-22`. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The first day of a moment's UTC month: `2026-11-01`. */
export function utcMonth(at: Date): string {
  return `${at.toISOString().slice(0, 7)}-01`;
}

/** The moment the next UTC month begins. */
export function nextUtcMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}
