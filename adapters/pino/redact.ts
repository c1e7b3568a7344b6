const REDACTED = "[redacted]";
const MAX_DEPTH = 8;
const MAX_ENTRIES = 100;
const MAX_VALUES = 1_000;
const MAX_TEXT = 2_000;

// Names without their hyphens, underscores and capitals: xApiKey, x-api-key and X_API_KEY are one.
const SECRET_NAMES = new Set([
  ...["authorization", "xpayment", "paymentsignature", "paymentproof", "system", "messages", "context"],
  // What people and models wrote to each other.
  ...[
    "message",
    "text",
    "usertext",
    "replytext",
    "content",
    "reply",
    "answer",
    "query",
    "params",
    "parameters",
    "body",
  ],
]);
const SECRET_ENDINGS =
  /(?:key|keys|token|secret|password|passphrase|mnemonic|seedphrase|cookie|cookies|prompt|authorization|credentials)$/;

// Secrets inside a longer text, mostly in the message of a foreign error.
const SECRET_TEXTS: [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/(:\/\/[^\s/:@]*):[^\s/@]+@/g, `$1:${REDACTED}@`],
  [/([?&][\w.-]*(?:key|token|secret|password|signature)[\w.-]*=)[^&\s"']+/gi, `$1${REDACTED}`],
  [/\b(bot)\d+:[\w-]{20,}/g, `$1${REDACTED}`],
  [/\bsk-[\w-]{10,}/g, REDACTED],
];

/** True for a field whose value may be a secret or what somebody wrote. */
function isSecretName(name: string): boolean {
  const plain = name.replaceAll(/[^a-z0-9]/gi, "").toLowerCase();
  return SECRET_NAMES.has(plain) || SECRET_ENDINGS.test(plain);
}

/** A text without the secrets that can be told by their form, and of bearable length. */
export function redactText(text: string): string {
  let clean = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  for (const [pattern, replacement] of SECRET_TEXTS) clean = clean.replace(pattern, replacement);
  return clean;
}

/** A copy fit to be logged: secrets left out, of bearable size, and nothing in it that JSON cannot say. */
export function redact(value: unknown, describeError: (error: Error) => unknown): unknown {
  let valuesLeft = MAX_VALUES;
  const copy = (item: unknown, depth: number): unknown => {
    // Circles end here as well.
    if (valuesLeft-- <= 0 || depth > MAX_DEPTH) return "[too much]";
    if (item instanceof Error) return describeError(item);
    if (!isContainer(item)) return scalar(item);
    if (Array.isArray(item)) return item.slice(0, MAX_ENTRIES).map((one) => copy(one, depth + 1));
    const field = (name: string, one: unknown) => (isSecretName(name) ? censor(one) : copy(one, depth + 1));
    const entries = Object.entries(item).slice(0, MAX_ENTRIES);
    return Object.fromEntries(entries.map(([name, one]) => [name, field(name, one)]));
  };
  return copy(value, 0);
}

const isContainer = (item: unknown): item is object =>
  typeof item === "object" && item !== null && !(item instanceof Date) && !ArrayBuffer.isView(item);

const censor = (item: unknown): unknown => (item === undefined || item === null ? item : REDACTED);

function scalar(item: unknown): unknown {
  if (typeof item === "string") return redactText(item);
  if (typeof item === "bigint") return item.toString();
  if (typeof item === "function" || typeof item === "symbol") return `[${typeof item}]`;
  if (item instanceof Date) return Number.isNaN(item.getTime()) ? "invalid date" : item.toISOString();
  return ArrayBuffer.isView(item) ? `[${item.byteLength} bytes]` : item;
}
