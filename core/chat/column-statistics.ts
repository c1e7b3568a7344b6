const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A cell as a number: numbers, and texts that are one (`" 1,234.5 "`); else undefined. */
export function asNumber(cell: unknown): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell !== "string" || cell.length > 40) return undefined;
  const text = cell.trim();
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text.replaceAll(",", ""));
  return Number.isFinite(value) ? value : undefined;
}

/** Null, absent or blank. */
export function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || (typeof cell === "string" && cell.trim() === "");
}

/** Takes away the last digits of a fraction, in which floating-point noise lives (0.1 + 0.2). */
export function tidy(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** Neumaier's sum: what is lost of each addition is kept aside. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of a sample (n - 1), in two passes; undefined for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const middle = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

/** Of values in ascending order, between neighbours in proportion (as spreadsheets do); `share` from 0 to 1. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Pearson's coefficient; undefined when one side does not vary or there are fewer than two pairs. */
export function correlation(pairs: readonly (readonly [number, number])[]): number | undefined {
  if (pairs.length < 2) return undefined;
  const meanX = mean(pairs.map(([x]) => x));
  const meanY = mean(pairs.map(([, y]) => y));
  const xx = sum(pairs.map(([x]) => (x - meanX) ** 2));
  const yy = sum(pairs.map(([, y]) => (y - meanY) ** 2));
  const xy = sum(pairs.map(([x, y]) => (x - meanX) * (y - meanY)));
  return xx === 0 || yy === 0 ? undefined : xy / (Math.sqrt(xx) * Math.sqrt(yy));
}
