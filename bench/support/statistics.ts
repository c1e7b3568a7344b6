/** Of numbers sorted upwards. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

export function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((left, right) => left - right);
}

export function median(numbers: readonly number[]): number {
  const ordered = sorted(numbers);
  const middle = ordered.length >> 1;
  const upper = ordered[middle] ?? Number.NaN;
  return ordered.length % 2 === 1 ? upper : (upper + (ordered[middle - 1] ?? Number.NaN)) / 2;
}
