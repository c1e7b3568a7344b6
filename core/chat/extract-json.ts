/** Deeper values are no answer of a model, and code that walks them recursively would overflow. */
const MAX_DEPTH = 512;

const OPENING = /[{[]/g;
const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PLAIN = 0x20;

/**
 * The JSON object or array in a model's answer, whatever code fences and text stand around it: the largest one that
 * is complete. Undefined when there is none; a bare scalar is none, and so is a piece of a broken or cut-off value.
 */
export function extractJson(text: string): unknown {
  let best = { start: 0, end: 0 };
  let position = 0;
  for (;;) {
    const start = nextOpening(text, position);
    if (start === undefined) break;
    const scanner = new Scanner(text, start);
    if (scanner.run() && scanner.position - start > best.end - best.start) best = { start, end: scanner.position };
    // Where a value breaks the search goes on right there: no character is read twice.
    position = Math.max(scanner.position, start + 1);
  }
  return best.end === 0 ? undefined : JSON.parse(text.slice(best.start, best.end));
}

function nextOpening(text: string, from: number): number | undefined {
  OPENING.lastIndex = from;
  return OPENING.exec(text)?.index;
}

// Says where the value that opens at `position` ends, by JSON's grammar, without recursion.
class Scanner {
  position: number;
  private readonly text: string;
  private readonly open: string[] = [];
  private expected: "value" | "value or end" | "key" | "key or end" | "comma or end" = "value";

  constructor(text: string, position: number) {
    this.text = text;
    this.position = position;
  }

  /** True when the value is complete; else `position` is where it stopped being JSON. */
  run(): boolean {
    do {
      this.skip(SPACE);
      if (!this.step()) return false;
    } while (this.open.length > 0);
    return true;
  }

  private step(): boolean {
    const sign = this.text[this.position];
    if (this.expected.endsWith("end") && sign === (this.open.at(-1) === "{" ? "}" : "]")) {
      this.open.pop();
      return this.advance("comma or end");
    }
    if (this.expected === "comma or end") {
      return sign === "," && this.advance(this.open.at(-1) === "{" ? "key" : "value");
    }
    if (this.expected.startsWith("key")) return this.string() && this.colon();
    if (sign !== "{" && sign !== "[") return this.scalar();
    if (this.open.length === MAX_DEPTH) return false;
    this.open.push(sign);
    return this.advance(sign === "{" ? "key or end" : "value or end");
  }

  private colon(): boolean {
    this.skip(SPACE);
    return this.text[this.position] === ":" && this.advance("value");
  }

  private scalar(): boolean {
    this.expected = "comma or end";
    return this.text[this.position] === '"' ? this.string() : this.skip(NUMBER) || this.skip(WORD);
  }

  private string(): boolean {
    if (this.text.charCodeAt(this.position) !== QUOTE) return false;
    this.position++;
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code === QUOTE) return this.advance(this.expected);
      if (code === BACKSLASH) {
        if (!this.skip(ESCAPE)) return false;
      } else if (code >= FIRST_PLAIN) this.position++;
      else return false; // a control character, or NaN at the end of the text
    }
  }

  private advance(expected: Scanner["expected"]): true {
    this.position++;
    this.expected = expected;
    return true;
  }

  /** True when there was something to skip. */
  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const length = pattern.exec(this.text)?.[0].length ?? 0;
    this.position += length;
    return length > 0;
  }
}
