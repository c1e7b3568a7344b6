import { invalidExpression, type Token, tokenize } from "./expression-tokens.ts";
import { CONSTANTS, combine, exactly, FUNCTIONS, type Quantity, raise, UndefinedValueError } from "./quantity.ts";
import { fromDecimal, negate, rational, TooLargeError } from "./rational.ts";

/** How deeply parentheses, signs and powers may be nested. */
const MAX_DEPTH = 64;

const HUNDRED = exactly(rational(100n));

/**
 * Computes an arithmetic expression: `+ - * / ^ **`, `mod`, percentages (`12.5% of 3480`, `200 + 10%`), parentheses,
 * functions and the constants pi and e. Throws AppError invalid_input `invalid_expression`.
 */
export function evaluateExpression(text: string): Quantity {
  return new Parser(tokenize(text)).parse();
}

// From the loosest to the tightest: sum, product, sign, power, percent, single value.
class Parser {
  private readonly tokens: Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  parse(): Quantity {
    const result = this.sum();
    const rest = this.peek();
    if (rest.kind !== "end") throw unexpected(rest, this.tokens[this.next - 1]);
    return result;
  }

  private sum(): Quantity {
    let left = this.product();
    for (let sign = this.take("+", "-"); sign !== undefined; sign = this.take("+", "-")) {
      left = computed(sign, combine, sign.text, left, this.product());
    }
    return left;
  }

  private product(): Quantity {
    let left = this.signed();
    for (let sign = this.take("*", "/", "of", "mod"); sign !== undefined; sign = this.take("*", "/", "of", "mod")) {
      left = computed(sign, combine, sign.text, left, this.signed());
    }
    return left;
  }

  private signed(): Quantity {
    if (++this.depth > MAX_DEPTH) throw invalidExpression("too deeply nested", this.peek().at);
    const sign = this.take("-", "+");
    const result = sign === undefined ? this.power() : this.signed();
    this.depth--;
    return sign?.text === "-" ? { ...result, value: negate(result.value) } : result;
  }

  private power(): Quantity {
    const base = this.percent();
    const sign = this.take("^");
    return sign === undefined ? base : computed(sign, raise, base, this.signed());
  }

  private percent(): Quantity {
    const value = this.single();
    const sign = this.take("%");
    return sign === undefined ? value : { ...computed(sign, combine, "/", value, HUNDRED), percent: true };
  }

  private single(): Quantity {
    const token = this.peek();
    if (token.kind === "end") throw invalidExpression("it ends where a value is missing", token.at);
    this.next++;
    if (token.kind === "number") return exactly(computed(token, fromDecimal, token.text));
    if (token.kind === "word") return this.named(token);
    if (token.text !== "(") throw unexpected(token, undefined);
    const value = this.sum();
    this.close(token);
    return { ...value, percent: false };
  }

  private named(word: Token): Quantity {
    const constant = CONSTANTS.get(word.text);
    if (constant !== undefined) return constant;
    const named = FUNCTIONS.get(word.text);
    if (named === undefined) {
      const known = [...FUNCTIONS.keys(), ...CONSTANTS.keys(), "of", "mod"].join(", ");
      throw invalidExpression(`unknown word "${word.text.slice(0, 40)}"`, word.at, `; the known ones are ${known}`);
    }
    const open = this.take("(");
    if (open === undefined) throw invalidExpression(`"${word.text}" needs its value in parentheses`, word.at);
    const values = [this.sum()];
    while (this.take(",") !== undefined) values.push(this.sum());
    this.close(open);
    const [first, second] = values;
    if (first === undefined || values.length < named.least || values.length > named.most) {
      const takes = named.least === named.most ? `${named.least}` : `${named.least} to ${named.most}`;
      throw invalidExpression(`"${word.text}" takes ${takes} value(s), not ${values.length}`, word.at);
    }
    return computed(word, named.apply, first, second, values);
  }

  private close(open: Token): void {
    if (this.take(")") !== undefined) return;
    const token = this.peek();
    if (token.kind === "end") throw invalidExpression("a parenthesis is not closed, opened", open.at);
    throw unexpected(token, this.tokens[this.next - 1]);
  }

  private peek(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)] ?? { kind: "end", text: "", at: 1 };
  }

  private take(...texts: string[]): Token | undefined {
    const token = this.peek();
    if (token.kind === "number" || !texts.includes(token.text)) return undefined;
    this.next++;
    return token;
  }
}

function unexpected(token: Token, before: Token | undefined): Error {
  const hint = before?.text === "%" ? "; % means percent, the remainder is written mod" : "";
  return invalidExpression(`unexpected "${token.text.slice(0, 40)}"`, token.at, hint);
}

/** Runs one step and turns what arithmetic cannot do into words that name the place. */
function computed<Args extends unknown[], T>(at: Token, step: (...args: Args) => T, ...args: Args): T {
  try {
    return step(...args);
  } catch (error) {
    if (error instanceof TooLargeError) throw invalidExpression("the number gets too large", at.at);
    if (error instanceof RangeError) throw invalidExpression("division by zero", at.at);
    if (error instanceof UndefinedValueError) throw invalidExpression(error.message, at.at);
    throw error;
  }
}
