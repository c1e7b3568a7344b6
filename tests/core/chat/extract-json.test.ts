import { describe, expect, it } from "vitest";
import { extractJson } from "../../../core/chat/extract-json.ts";
import { type Random, random } from "../../support/random.ts";

describe("extracting JSON from an answer", () => {
  it.each<[string, string, unknown]>([
    ["nothing but JSON", '{"a":1}', { a: 1 }],
    ["an array", "[1, 2, 3]", [1, 2, 3]],
    ["an empty object", "{}", {}],
    ["a byte order mark", '\ufeff{"a":1}', { a: 1 }],
    ["a code fence", '```json\n{"a": [true, null]}\n```', { a: [true, null] }],
    [
      "a code fence without a language, and text around it",
      'Here it is:\n```\n[{"a":1}]\n```\nAnything else?',
      [{ a: 1 }],
    ],
    ["text on both sides", 'The result is {"a":1}, as you asked.', { a: 1 }],
    ["brackets and quotes in strings", '{"a":"}] \\" { [","b":"\\\\"}', { a: '}] " { [', b: "\\" }],
    ["a code fence in a string", '{"code":"```js\\n{}\\n```"}', { code: "```js\n{}\n```" }],
    ["all kinds of scalars", '[-0.5e+3, 0, "ü\\u00e4", true, false, null]', [-500, 0, "üä", true, false, null]],
    ["white space of all kinds", '\r\n{\t"a" :\n1 ,"b": [ ] }\n', { a: 1, b: [] }],
    ["characters that JavaScript finds odd", '{"a":"\u2028\u0085\u007f"}', { a: "\u2028\u0085\u007f" }],
    ["a quotation before it", 'He said "use {braces}": {"a":1}', { a: 1 }],
    ["a footnote before it", 'As said [1] and [x], {"a":{"b":2}}', { a: { b: 2 } }],
    ["several values: the largest", '{"a":1} or {"a":1,"b":2} or [3]', { a: 1, b: 2 }],
    ["a stray brace before it", 'a { or so: {"a":1}', { a: 1 }],
    ["a set in mathematics before it", '{x | x > 0} is {"a":1}', { a: 1 }],
    ["a draft that is no JSON before it", "{'a': 1} should be {\"a\": 1}", { a: 1 }],
    ["a property called __proto__", '{"__proto__":1}', JSON.parse('{"__proto__":1}')],
  ])("finds %s", (_what, text, expected) => {
    expect(extractJson(text)).toStrictEqual(expected);
  });

  it.each([
    ["no JSON", "There is none."],
    ["nothing at all", ""],
    ["a bare number", "42"],
    ["a bare string", '"text"'],
    ["a fenced scalar", "```json\nnull\n```"],
    ["braces without JSON", "{x} and [y]"],
    ["a trailing comma", '{"a":1,}'],
    ["a missing comma", '{"a":1 "b":2}'],
    ["a number with a leading zero", "[01]"],
    ["a raw line break in a string", '{"a":"b\nc"}'],
    ["a wrong escape", '{"a":"\\x41"}'],
    ["crossed brackets", '{"a":[1}]'],
  ])("finds nothing in %s", (_what, text) => {
    expect(extractJson(text)).toBeUndefined();
  });

  it("takes no piece of an answer that was cut off or is broken", () => {
    const whole = '{"items":[{"x":1},{"x":2}],"total":2}';
    for (let length = 1; length < whole.length; length++) expect(extractJson(whole.slice(0, length))).toBeUndefined();
    expect(extractJson('{"items":[1,2,3],}')).toBeUndefined();
  });

  it("finds any value in any wrapping", () => {
    const next = random(21);
    const before = [
      "",
      "\ufeff",
      "Sure! ",
      "```json\n",
      "```\n",
      'Note "this": ',
      "[x] ",
      "{ no\n",
      "I said [1]. ",
      "a } b ] ",
    ];
    const after = ["", "\n```", " Done.", "\n```\nThat is {all}.", " [x", " }", ' "quoted', " {"];
    for (let round = 0; round < 500; round++) {
      const value = [randomValue(next, 4), "long enough to be the largest"];
      const json = JSON.stringify(value, null, next.pick([0, 1, 2]));
      expect(extractJson(next.pick(before) + json + next.pick(after))).toEqual(value);
    }
  });

  it("agrees with JSON.parse on texts that were tampered with", () => {
    const next = random(22);
    for (let round = 0; round < 2_000; round++) {
      const json = JSON.stringify({ only: randomValue(next, 3) });
      const at = next.integer(1, json.length - 1);
      const text =
        json.slice(0, at) +
        next.pick(["", "{", "}", "[", "]", '"', ",", ":", "\\", "x", " ", "\n"]) +
        json.slice(at + 1);
      const parsed = tryParse(text);
      if (parsed !== undefined) expect(extractJson(text)).toEqual(parsed);
      const found = extractJson(text);
      if (found !== undefined) expect(typeof found).toBe("object");
    }
  });

  // Reading anything twice for each opening would take hours here, far beyond the test's time limit.
  it.each(["{", "[", '{"', '{"a":', "[1,", '{"\\', "[{", '["\\"', '{"a":[', "[ \n", "[1e", "[]]", '{"a":"', "[[],"])(
    "reads a megabyte of %s only once",
    (piece) => {
      const hostile = piece.repeat(1_000_000 / piece.length);
      const found = extractJson(`${hostile} {"found":[1,2,3,4,5,6,7,8,9]}`);
      expect(found === undefined || typeof found === "object").toBe(true);
    },
  );

  it("gives back nothing so deep that writing it again would overflow", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(JSON.stringify(extractJson(nested(500)))).toBe(nested(500));
    expect(JSON.stringify(extractJson(nested(100_000)) ?? null).length).toBeLessThan(2_000);
  });
});

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // expected: tampered with
  }
}

function randomValue(next: Random, depth: number): unknown {
  const scalars = [0, -1.5, 1e21, true, false, null, "", 'quote " and \\', "{[", "]}", "ünï 😀", "line\nbreak", "```"];
  const kind = depth === 0 ? 1 : next.real();
  if (kind > 0.6) return next.pick(scalars);
  const items = Array.from({ length: next.integer(0, 4) }, () => randomValue(next, depth - 1));
  return kind > 0.3
    ? items
    : Object.fromEntries(items.map((item, index) => [`${next.pick(["k", '"', "{", "ä"])}${index}`, item]));
}
