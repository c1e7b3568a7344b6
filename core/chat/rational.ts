/** A fraction in lowest terms with a positive denominator. */
export interface Rational {
  n: bigint;
  d: bigint;
}

export const ONE: Rational = { n: 1n, d: 1n };

/** Bits a numerator or denominator may have: about 1,000 decimal digits. */
const MAX_BITS = 3_400;

/** A number outgrew `MAX_BITS`. */
export class TooLargeError extends Error {
  constructor() {
    super("too large");
    this.name = "TooLargeError";
  }
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Never less than the true length, at most three bits more. */
function bitsOf(value: bigint): number {
  return magnitude(value).toString(16).length * 4;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [magnitude(a), magnitude(b)];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

/** `n / d` in lowest terms; throws TooLargeError, and RangeError when `d` is 0. */
export function rational(n: bigint, d = 1n): Rational {
  if (d === 0n) throw new RangeError("division by zero");
  const divisor = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  const result = { n: n / divisor, d: d / divisor };
  if (bitsOf(result.n) > MAX_BITS || bitsOf(result.d) > MAX_BITS) throw new TooLargeError();
  return result;
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** The greatest whole number not above `a`. */
export function floor(a: Rational): Rational {
  const quotient = a.n / a.d;
  return { n: a.n < 0n && quotient * a.d !== a.n ? quotient - 1n : quotient, d: 1n };
}

/** The nearest whole number; a half goes away from zero. */
export function round(a: Rational): Rational {
  const nearest = (2n * magnitude(a.n) + a.d) / (2n * a.d);
  return { n: a.n < 0n ? -nearest : nearest, d: 1n };
}

/** `base` to a whole power. Its size is foreseen, so nothing huge is ever computed; 0 to the power 0 is 1. */
export function power(base: Rational, exponent: bigint): Rational {
  const times = magnitude(exponent);
  const longest = Math.max(bitsOf(base.n), bitsOf(base.d));
  if (times === 0n) return ONE;
  if (base.n === 0n && exponent < 0n) throw new RangeError("division by zero");
  if (base.d === 1n && magnitude(base.n) <= 1n) return times % 2n === 0n ? multiply(base, base) : base;
  // bitsOf is up to three bits too long, hence the slack; rational() looks again at the result.
  if (times > BigInt(MAX_BITS) || (longest - 4) * Number(times) > MAX_BITS) throw new TooLargeError();
  const [n, d] = [base.n ** times, base.d ** times];
  return exponent < 0n ? rational(d, n) : rational(n, d);
}

/** The exact square root, or undefined when it is no fraction. */
export function exactSquareRoot(a: Rational): Rational | undefined {
  const [n, d] = [wholeSquareRoot(a.n), wholeSquareRoot(a.d)];
  return n * n === a.n && d * d === a.d ? { n, d } : undefined;
}

// Newton's method from above: it falls until it reaches the whole part of the root.
function wholeSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(bitsOf(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** Reads `12`, `.5`, `1.5e-7`; throws TooLargeError. */
export function fromDecimal(text: string): Rational {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (whole + fraction === "") throw new SyntaxError("not a decimal number");
  const scale = Number(exponent) - fraction.length;
  if (Math.abs(scale) > MAX_BITS) throw new TooLargeError();
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  return scale < 0 ? rational(digits, 10n ** BigInt(-scale)) : rational(digits * 10n ** BigInt(scale));
}

/** The nearest double; infinite beyond its range. */
export function toNumber(a: Rational): number {
  return Number(toSignificant(a, 20));
}

/** Decimal places in which the fraction ends, or undefined when it never does. */
export function decimalPlaces(a: Rational): number | undefined {
  let rest = a.d;
  const count = { two: 0, five: 0 };
  for (; rest % 2n === 0n; rest /= 2n) count.two++;
  for (; rest % 5n === 0n; rest /= 5n) count.five++;
  return rest === 1n ? Math.max(count.two, count.five) : undefined;
}

/** All digits of a fraction that ends after `places` decimal places. */
export function toExactDecimal(a: Rational, places: number): string {
  const digits = ((magnitude(a.n) * 10n ** BigInt(places)) / a.d).toString().padStart(places + 1, "0");
  const cut = digits.length - places;
  const fraction = places === 0 ? "" : `.${digits.slice(cut)}`;
  return `${a.n < 0n ? "-" : ""}${digits.slice(0, cut)}${fraction}`;
}

/** Rounded to so many significant digits, a half away from zero: `0.333`, `3.33e+30`. */
export function toSignificant(a: Rational, digits: number): string {
  if (a.n === 0n) return "0";
  const n = magnitude(a.n);
  // The quotient of numbers of x and y digits has x - y or x - y + 1 digits before its point.
  let exponent = n.toString().length - a.d.toString().length;
  if (exponent >= 0 ? n < a.d * 10n ** BigInt(exponent) : n * 10n ** BigInt(-exponent) < a.d) exponent--;
  const shift = digits - 1 - exponent;
  const scaled = shift >= 0 ? { n: n * 10n ** BigInt(shift), d: a.d } : { n, d: a.d * 10n ** BigInt(-shift) };
  let text = round(scaled).n.toString();
  if (text.length > digits) exponent++;
  text = text.replace(/0+$/, "");
  return `${a.n < 0n ? "-" : ""}${placePoint(text, exponent)}`;
}

// Plain notation in the range in which JavaScript prints numbers plainly, too.
function placePoint(digits: string, exponent: number): string {
  if (exponent < -7 || exponent > 20) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return digits.length > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole;
}
