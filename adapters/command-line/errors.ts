import { AppError } from "../../core/shared/errors.ts";

/** Wrong words on the command line: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}

/** What to print and with which code to end. Anything unexpected is thrown on. */
export function failureOf(error: unknown): { text: string; exitCode: 1 | 2 } {
  if (error instanceof UsageError) return { text: error.message, exitCode: 2 };
  if (error instanceof AppError) return { text: error.message, exitCode: error.code === "invalid_input" ? 2 : 1 };
  throw error;
}
