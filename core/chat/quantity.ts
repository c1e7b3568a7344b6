import {
  add,
  compare,
  decimalPlaces,
  divide,
  exactSquareRoot,
  floor,
  fromDecimal,
  multiply,
  power,
  type Rational,
  rational,
  round,
  subtract,
  toExactDecimal,
  toNumber,
  toSignificant,
} from "./rational.ts";

/** A value on its way through an expression; `percent` marks a bare `10%`, which + and - take of what stands before. */
export interface Quantity {
  value: Rational;
  /** False once the value went through a floating-point function or constant. */
  exact: boolean;
  percent: boolean;
}

/** The value asked for does not exist, such as the root of a negative number. */
export class UndefinedValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UndefinedValueError";
  }
}

export const exactly = (value: Rational): Quantity => ({ value, exact: true, percent: false });

/** A quantity as good as a double can say it; throws TooLargeError beyond the range of doubles. */
export function approximately(value: number): Quantity {
  if (Number.isNaN(value)) throw new UndefinedValueError("the result is not a real number");
  if (!Number.isFinite(value)) throw new UndefinedValueError("the result is too large");
  return { value: fromDecimal(String(value)), exact: false, percent: false };
}

type Operation = (a: Rational, b: Rational) => Rational;

const modulo: Operation = (a, b) => subtract(a, multiply(b, floor(divide(a, b))));

const OPERATIONS: Record<string, Operation> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  of: multiply,
  mod: modulo,
};

/** Applies `+ - * / of mod`; `mod` has the sign of its right side. */
export function combine(operator: string, left: Quantity, right: Quantity): Quantity {
  const operation = OPERATIONS[operator];
  if (operation === undefined) throw new Error(`no such operator: ${operator}`);
  const exact = left.exact && right.exact;
  const ofLeft = (operator === "+" || operator === "-") && right.percent && !left.percent;
  const value = operation(left.value, ofLeft ? multiply(left.value, right.value) : right.value);
  // More digits than a double holds would pretend to know what nobody computed, and would pile up.
  return { value: exact ? value : fromDecimal(toSignificant(value, 17)), exact, percent: false };
}

/** Whole exponents of exact numbers are exact, and so are square roots that come out. */
export function raise(base: Quantity, exponent: Quantity): Quantity {
  const exact = base.exact && exponent.exact;
  if (exact && exponent.value.d === 1n) return exactly(power(base.value, exponent.value.n));
  if (exact && exponent.value.n === 1n && exponent.value.d === 2n) return squareRoot(base);
  if (base.value.n === 0n && exponent.value.n < 0n) throw new RangeError("division by zero");
  return approximately(toNumber(base.value) ** toNumber(exponent.value));
}

function squareRoot(of: Quantity): Quantity {
  if (of.value.n < 0n) throw new UndefinedValueError("the square root of a negative number is not a real number");
  const root = of.exact ? exactSquareRoot(of.value) : undefined;
  return root === undefined ? approximately(Math.sqrt(toNumber(of.value))) : exactly(root);
}

function logarithm(of: Quantity, base: "ln" | "log10" | "log2"): Quantity {
  if (of.value.n <= 0n) throw new UndefinedValueError(`${base} needs a number above 0`);
  const value = toNumber(of.value);
  return approximately(base === "ln" ? Math.log(value) : Math[base](value));
}

// Math.sin(Math.PI) is 1.2e-16 because pi is cut; what is meant is 0.
function angle(of: Quantity, name: "sin" | "cos" | "tan"): Quantity {
  const result = Math[name](toNumber(of.value));
  if (Math.abs(result) > 1e15) throw new UndefinedValueError("tan is not defined there");
  return approximately(Math.abs(result) < 1e-15 && of.value.n !== 0n && Math.abs(toNumber(of.value)) > 1 ? 0 : result);
}

function roundTo(of: Quantity, places: Quantity | undefined): Quantity {
  const digits = places === undefined ? 0 : toNumber(places.value);
  if (!Number.isInteger(digits) || Math.abs(digits) > 100) {
    throw new UndefinedValueError("round takes a whole number of decimal places from -100 to 100");
  }
  const scale = power(rational(10n), BigInt(digits));
  return { ...of, value: divide(round(multiply(of.value, scale)), scale), percent: false };
}

const choose = (all: Quantity[], sign: number): Quantity => ({
  ...all.reduce((best, next) => (compare(next.value, best.value) * sign > 0 ? next : best)),
  percent: false,
});

interface NamedFunction {
  least: number;
  most: number;
  apply(first: Quantity, second: Quantity | undefined, all: Quantity[]): Quantity;
}

const one = (apply: (of: Quantity) => Quantity): NamedFunction => ({ least: 1, most: 1, apply });
const keep = (of: Quantity, value: Rational): Quantity => ({ ...of, value, percent: false });

/** Angles are in radians. */
export const FUNCTIONS: ReadonlyMap<string, NamedFunction> = new Map<string, NamedFunction>([
  ["sqrt", one(squareRoot)],
  ["abs", one((of) => keep(of, { n: of.value.n < 0n ? -of.value.n : of.value.n, d: of.value.d }))],
  ["round", { least: 1, most: 2, apply: roundTo }],
  ["floor", one((of) => keep(of, floor(of.value)))],
  ["ceil", one((of) => keep(of, { n: -floor({ n: -of.value.n, d: of.value.d }).n, d: 1n }))],
  ["min", { least: 1, most: 100, apply: (_first, _second, all) => choose(all, -1) }],
  ["max", { least: 1, most: 100, apply: (_first, _second, all) => choose(all, 1) }],
  ["ln", one((of) => logarithm(of, "ln"))],
  ["log10", one((of) => logarithm(of, "log10"))],
  ["log2", one((of) => logarithm(of, "log2"))],
  ["exp", one((of) => approximately(Math.exp(toNumber(of.value))))],
  ["sin", one((of) => angle(of, "sin"))],
  ["cos", one((of) => angle(of, "cos"))],
  ["tan", one((of) => angle(of, "tan"))],
]);

export const CONSTANTS: ReadonlyMap<string, Quantity> = new Map([
  ["pi", approximately(Math.PI)],
  ["e", approximately(Math.E)],
]);

/** Decimal places up to which a fraction that ends is written in full. */
const MAX_PLACES = 40;

/** The value in decimal digits; `rounded` when they are the first 15 significant ones only. */
export function describeQuantity(quantity: Quantity): { text: string; rounded: boolean } {
  const places = quantity.exact ? decimalPlaces(quantity.value) : undefined;
  if (places !== undefined && places <= MAX_PLACES) {
    return { text: toExactDecimal(quantity.value, places), rounded: false };
  }
  return { text: toSignificant(quantity.value, 15), rounded: true };
}
