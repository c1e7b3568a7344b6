/** Time. `sleep` ends early, without an error, when `signal` aborts. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs `work` once when the time has passed, at most 24 days, unless the returned function is called before. */
  after(milliseconds: number, work: () => void): () => void;
}

/** Chance, strong enough for secrets. */
export interface Ids {
  /** `bytes` random bytes in lower-case hex. */
  hex(bytes: number): string;
  /** `bytes` random bytes in URL-safe base64 without padding. */
  secret(bytes: number): string;
}

/** SHA-256 in lower-case hex, and a comparison whose time tells nothing. */
export interface Hasher {
  sha256(text: string): string;
  equal(left: string, right: string): boolean;
}

export type LogFields = Record<string, unknown>;

/** Structured log lines. Never a key, a payment proof, a prompt or an answer among the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A lease by name, shared by all processes on one database. Time is the database's. */
export interface Leases {
  /** True when `holder` has the lease now, for `ttlMs`; asking again as its holder extends it. */
  claim(name: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives the lease back; without effect for anybody but its holder. */
  release(name: string, holder: string): Promise<void>;
  /** Erases leases that ran out long ago; returns how many. */
  deleteExpired(): Promise<number>;
}

/** Checks a value against a JSON Schema; returns what is wrong, `[]` when nothing is. */
export interface JsonSchemas {
  /**
   * Throws AppError invalid_input when the schema itself cannot be used. `pattern` and `patternProperties`
   * are not looked at: a stranger's expression could hold the process for minutes.
   */
  problems(schema: Record<string, unknown>, value: unknown): string[];
}

export interface PictureFacts {
  format: "png" | "jpeg" | "webp" | "gif";
  width: number;
  height: number;
  /** Up to three colours that cover most of the picture, as `#rrggbb`, most common first. */
  colours: string[];
}

/** Reads pictures of strangers. */
export interface Pictures {
  /**
   * Looks at the first bytes (a label is not believed), then at the size in the header, then decodes.
   * Throws AppError: unsupported_type `unsupported_image_type`, too_large `image_too_many_pixels` (the message
   * holds the number of pixels only), invalid_input `invalid_image`.
   */
  inspect(
    bytes: Uint8Array,
    limits: { formats: readonly PictureFacts["format"][]; maxPixels: number },
  ): Promise<PictureFacts>;
}

export interface HealthResult {
  status: "ok" | "failing" | "disabled";
  mode?: "embedded" | "external";
  latencyMs?: number;
}

/** One part whose state `GET /health` shows; `check` may throw, which counts as failing. */
export interface HealthProbe {
  name: string;
  mode?: "embedded" | "external";
  /** Undefined when the part is switched off. */
  check: ((signal: AbortSignal) => Promise<void>) | undefined;
}
