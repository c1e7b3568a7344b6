type Step = () => unknown;

/** What has to be undone, last first, whether the run ends by itself, by an error or by a signal. */
export class Cleanup {
  private readonly steps: Step[] = [];
  private running: Promise<void> | undefined;

  /** After the end has begun the step runs at once and the caller is stopped. */
  add(step: Step): void {
    if (this.running === undefined) {
      this.steps.push(step);
      return;
    }
    step();
    throw new Error("the run was interrupted");
  }

  get begun(): boolean {
    return this.running !== undefined;
  }

  run(): Promise<void> {
    this.running ??= this.undo();
    return this.running;
  }

  private async undo(): Promise<void> {
    for (const step of this.steps.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error("could not clean up:", error); // best effort: the other steps still run
      }
    }
  }
}
