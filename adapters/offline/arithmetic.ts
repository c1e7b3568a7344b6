import { sentencesOf } from "./sentences.ts";

export interface Calculation {
  /** In the language of the calculator tool. */
  expression: string;
  /** In the words of the message. */
  shown: string;
}

/** Longest expression the calculator takes. */
const MAX_LENGTH = 500;

const LEAD =
  /^(?:(?:hi|hello|hey|please|ok|okay|so|and|now|then|can you|could you|would you|tell me|do you know|what|what's|what’s|whats|how much|how many|is|are|does|do|makes|calculate|compute|evaluate|solve|work out|figure out|the value of|the result of)[\s,:!]+)*/i;
const TAIL = /(?:=|\bequals?|\bmakes?|\bplease|\bexactly|[?!.,;:\s])+$/i;

const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/[$€£₳]\s*(?=[\d.])|\b(?:ada|lovelaces?|dollars?|euros?|usd|eur)\b/g, ""],
  [/\bper ?cent\b/g, "%"],
  [/\b(?:the )?(?:square root|sqrt|root) of (\d[\d.]*|\([^()]*\))/g, "sqrt($1)"],
  [/\b(?:raised )?to the power of\b/g, "^"],
  [/\s*\bsquared\b/g, "^2"],
  [/\s*\bcubed\b/g, "^3"],
  [/\bmultiplied by\b|\btimes\b|(?<=[\d)]) ?x ?(?=[\d(])/g, "*"],
  [/\bdivided by\b|\bover\b/g, "/"],
  [/\bplus\b/g, "+"],
  [/\bminus\b/g, "-"],
  [/\bmodulo\b/g, "mod"],
  [/\s+(?=%)/g, ""],
  [/\s+/g, " "],
];

const TOKEN =
  /\d[\d_,]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+|\b(?:sqrt|abs|round|floor|ceil|min|max|ln|log10|log2|exp|sin|cos|tan|pi|e|of|mod)\b|[-+*/^%(),×÷−]|\s/g;
const OPERATION = /[\d)%]\s*(?:[-+*/^×÷−]|of\b|mod\b)\s*[-+\d(.a-z]|\b[a-z]+\d*\s*\(/;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$|^\d{1,2}([-/.])\d{1,2}\1\d{4}$/;

/** The calculation a message asks for, if that is what it asks for. */
export function calculationIn(message: string): Calculation | undefined {
  const parts = [message, ...sentencesOf(message.slice(0, 4 * MAX_LENGTH)).reverse()];
  for (const part of parts) {
    if (part.length > MAX_LENGTH) continue;
    const shown = part.trim().replace(LEAD, "").replace(TAIL, "").trim();
    if (DATE.test(shown)) continue;
    const expression = SPOKEN.reduce((text, [pattern, symbol]) => text.replace(pattern, symbol), shown.toLowerCase());
    if (isExpression(expression)) return { expression: expression.trim(), shown };
  }
  return undefined;
}

function isExpression(text: string): boolean {
  const onlyTokens = text.replace(TOKEN, "") === "";
  return onlyTokens && OPERATION.test(text) && !/\d\s+[\d.]/.test(text);
}
