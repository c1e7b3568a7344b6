/** Who is asking. Built by the surface that recognised the caller; carries no secret. */
export type Actor =
  | { kind: "api-key"; keyId: number; monthlyQuota: number | null }
  | { kind: "anonymous"; address: string }
  | { kind: "system"; name: string };

/** What every use case is called with. `signal` ends the work when nobody waits for it any more. */
export interface Call {
  actor: Actor;
  requestId: string;
  signal: AbortSignal;
}

/**
 * The name under which a caller's conversations and idempotency keys are kept (http-api.md 3.2),
 * or undefined for a caller whose identity is not proven: such a caller owns nothing.
 */
export function ownerOf(actor: Actor): string | undefined {
  return actor.kind === "api-key" ? `key:${actor.keyId}` : undefined;
}
