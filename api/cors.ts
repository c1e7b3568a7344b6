const ALLOWED =
  "api-key, authorization, content-type, accept, last-event-id, x-request-id, x-partner, x-wallet-address, x-invoice-id, " +
  "x-payment, x-credit-token, x-idempotency-key, idempotency-key, x-chain, x-asset, x-api-version, x-bypass-cache, " +
  "payment-signature";

const EXPOSED =
  "X-Request-ID, X-Invoice-Id, X-Pay-To, X-Amount, X-Asset, X-Chain, X-Timeout, X-Payment-Status, X-Payment-Replay, " +
  "X-Tx-Hash, X-Credits-Remaining, X-Credit-Token, X-Next-Cursor, Idempotent-Replay, Retry-After, Allow, " +
  "WWW-Authenticate, PAYMENT-REQUIRED, PAYMENT-RESPONSE";

/** On every response. No cookies exist, keys travel in headers a script sets itself: any origin may read. */
export const ALWAYS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": EXPOSED,
  "x-content-type-options": "nosniff",
} as const;

export const PREFLIGHT_HEADERS = {
  "access-control-allow-headers": ALLOWED,
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "access-control-max-age": "600",
} as const;
