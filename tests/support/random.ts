export interface Random {
  /** From 0 up to, not including, 1. */
  real(): number;
  /** Both ends included. */
  integer(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Chance that is the same each time (mulberry32), so that a failing example fails again. */
export function random(seed: number): Random {
  let state = seed;
  const real = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(real() * (most - least + 1));
  return {
    real,
    integer,
    pick: (from) => {
      const picked = from[integer(0, from.length - 1)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}
