/**
 * Several clients of one connection each, instead of one client of several: the queues of postgres 3.4.9 grow holes
 * under load that every further query searches, and only the queue of a single connection empties at each step.
 */
export class Lanes<T> {
  readonly all: readonly T[];
  private readonly busy: number[];

  constructor(count: number, open: () => T) {
    this.all = Array.from({ length: count }, open);
    this.busy = this.all.map(() => 0);
  }

  /** Works in the lane where least is going on; the first of equals, so that the others may go idle. */
  async run<R>(work: (lane: T) => PromiseLike<R>): Promise<R> {
    let least = 0;
    for (let at = 1; at < this.busy.length; at++) {
      if ((this.busy[at] as number) < (this.busy[least] as number)) least = at;
    }
    this.busy[least] = (this.busy[least] as number) + 1;
    try {
      return await work(this.all[least] as T);
    } finally {
      this.busy[least] = (this.busy[least] as number) - 1;
    }
  }
}
