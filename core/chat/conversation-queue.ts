/** Lets the messages of one conversation through one after another, in the order they came, within this process. */
export class ConversationQueue {
  private readonly waiting = new Map<string, (() => void)[]>();

  /**
   * Resolves with how to leave once everybody who came earlier has left, or with undefined when `giveUp` aborts first.
   */
  async enter(name: string, giveUp: AbortSignal): Promise<(() => void) | undefined> {
    const free = this.enterIfFree(name);
    if (free !== undefined) return free;
    const line = this.waiting.get(name) ?? [];
    const called = await new Promise<boolean>((resolve) => {
      const call = () => {
        giveUp.removeEventListener("abort", leave);
        resolve(true);
      };
      const leave = () => {
        line.splice(line.indexOf(call), 1);
        resolve(false);
      };
      if (giveUp.aborted) return resolve(false);
      line.push(call);
      giveUp.addEventListener("abort", leave, { once: true });
    });
    return called ? this.leaver(name) : undefined;
  }

  /** Enters without waiting, or not at all. */
  enterIfFree(name: string): (() => void) | undefined {
    if (this.waiting.has(name)) return undefined;
    this.waiting.set(name, []);
    return this.leaver(name);
  }

  private leaver(name: string): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.waiting.get(name)?.shift();
      if (next === undefined) this.waiting.delete(name);
      else next();
    };
  }
}
