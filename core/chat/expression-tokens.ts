import { AppError } from "../shared/errors.ts";

/** One piece of an expression; `at` is the place of its first character, counted from 1. */
export type Token =
  | { kind: "number"; text: string; at: number }
  | { kind: "word"; text: string; at: number }
  | { kind: "symbol"; text: string; at: number }
  | { kind: "end"; text: ""; at: number };

/** What is wrong with an expression, in words for whoever wrote it. */
export function invalidExpression(problem: string, at: number, hint = ""): AppError {
  return new AppError("invalid_input", "invalid_expression", `invalid expression: ${problem} at position ${at}${hint}`);
}

const SPACE = /\s+/y;
const WORD = /[a-z][a-z0-9]*/iy;
const SYMBOL = /\*\*|[-+*/%^(),×÷−]/y;
const NUMBER = /(?:\d+(?:_\d+)*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/iy;
const GROUPED = /\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![,\d])/y;

const SAME_SYMBOL: Record<string, string> = { "**": "^", "×": "*", "÷": "/", "−": "-" };

/** Cuts an expression into tokens; throws AppError invalid_input `invalid_expression`. */
export function tokenize(text: string): Token[] {
  return new Tokenizer(text).run();
}

class Tokenizer {
  private readonly text: string;
  private readonly tokens: Token[] = [];
  // In a call a comma parts arguments; anywhere else it can only group digits. One entry an open parenthesis.
  private readonly inCall: boolean[] = [];
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): Token[] {
    while (this.position < this.text.length) {
      if (this.take(SPACE) === undefined) this.tokens.push(this.read(this.position + 1));
    }
    this.tokens.push({ kind: "end", text: "", at: this.text.length + 1 });
    return this.tokens;
  }

  private read(at: number): Token {
    const number = (this.inCall.at(-1) ? undefined : this.take(GROUPED)) ?? this.take(NUMBER);
    if (number !== undefined) return { kind: "number", text: number.replaceAll(/[_,]/g, ""), at };
    const word = this.take(WORD);
    if (word !== undefined) return { kind: "word", text: word.toLowerCase(), at };
    const symbol = this.take(SYMBOL);
    if (symbol === undefined) throw invalidExpression(`unexpected ${quote(this.text, this.position)}`, at);
    if (symbol === "(") this.inCall.push(this.tokens.at(-1)?.kind === "word" && !isOperatorWord(this.tokens.at(-1)));
    if (symbol === ")") this.inCall.pop();
    if (symbol === ",") checkComma(this.text, this.position, this.inCall.at(-1) ?? false);
    return { kind: "symbol", text: SAME_SYMBOL[symbol] ?? symbol, at };
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }
}

const isOperatorWord = (token: Token | undefined): boolean => token?.text === "of" || token?.text === "mod";

function quote(text: string, position: number): string {
  return `"${String.fromCodePoint(text.codePointAt(position) ?? 32)}"`;
}

function checkComma(text: string, after: number, inCall: boolean): void {
  if (!inCall) throw invalidExpression("unexpected comma; write 1,234.5 or 1234.5", after);
  // max(1,000, 2,000) would quietly be the greatest of 1, 0, 2 and 0.
  if (/^0\d\d(?!\d)/.test(text.slice(after))) {
    throw invalidExpression("a comma parts values here; write 1_000 or 1000 for thousands", after);
  }
}
