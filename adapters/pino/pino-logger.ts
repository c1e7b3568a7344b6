import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from "pino";
import type { LogFields, Logger } from "../../core/shared/ports.ts";
import { describeError } from "./describe-error.ts";
import { redact, redactText } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines, to standard output unless another `destination` is given. */
export class PinoLogger implements Logger {
  private readonly pino: Pino;

  constructor(options: { level: LogLevel; destination?: DestinationStream }) {
    const settings = {
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.pino = options.destination === undefined ? pino(settings) : pino(settings, options.destination);
  }

  debug(message: string, fields?: LogFields): void {
    this.write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.write("error", message, fields);
  }

  private write(level: Exclude<LogLevel, "silent">, message: string, fields: LogFields = {}): void {
    if (!this.pino.isLevelEnabled(level)) return;
    this.pino[level](readable(fields), redactText(message));
  }
}

function readable(fields: LogFields): object {
  try {
    return redact(fields, describeError) as object;
  } catch {
    // Boundary: a line about something odd (a getter that throws) must not become a failure of its own.
    return { fields: "[unreadable]" };
  }
}
