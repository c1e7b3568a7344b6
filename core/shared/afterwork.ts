import type { Logger } from "./ports.ts";

/** Work that nobody waits for, yet a stop must: it is logged when it fails and never takes the process down. */
export class Afterwork {
  private readonly logger: Logger;
  private readonly running = new Set<Promise<void>>();

  constructor(deps: { logger: Logger }) {
    this.logger = deps.logger;
  }

  start(name: string, work: () => Promise<unknown>): void {
    const run = this.attempt(name, work);
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
  }

  /** Resolves when all that runs now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async attempt(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn("afterwork failed", { work: name, error }); // boundary
    }
  }
}
