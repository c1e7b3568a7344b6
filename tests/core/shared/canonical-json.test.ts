import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/shared/canonical-json.ts";

const same = (left: string, right: string): boolean =>
  canonicalJson(JSON.parse(left)) === canonicalJson(JSON.parse(right));

describe("one text for one JSON value", () => {
  it.each([
    ["the order of keys", '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ["the order of keys further in", '[{"a":{"x":1,"y":[{"c":1,"d":2}]}}]', '[{"a":{"y":[{"d":2,"c":1}],"x":1}}]'],
    ["white space", '{ "a" : [ 1 , 2 ] }\n', '{"a":[1,2]}'],
    ["ways to write a number", '{"a":1.0,"b":1e2}', '{"a":1,"b":100}'],
    ["ways to write a text", '{"\\u0061":"\\u00e9"}', '{"a":"é"}'],
    ["keys that are numbers", '{"10":1,"9":2,"a":3}', '{"a":3,"9":2,"10":1}'],
  ])("does not depend on %s", (_name, left, right) => {
    expect(same(left, right)).toBe(true);
  });

  it.each([
    ["values", '{"a":1}', '{"a":2}'],
    ["the order of a list", "[1,2]", "[2,1]"],
    ["a number and its text", '{"a":1}', '{"a":"1"}'],
    ["nothing and null", "{}", '{"a":null}'],
    ["an empty list and an empty object", "[]", "{}"],
    ["a list and an object of its places", '["a"]', '{"0":"a"}'],
    ["keys", '{"a":1}', '{"A":1}'],
    ["a key that every object knows", '{"__proto__":1}', "{}"],
    ["how a text is composed", '"\\u00e9"', '"e\\u0301"'],
  ])("tells apart %s", (_name, left, right) => {
    expect(same(left, right)).toBe(false);
  });

  it("is JSON of the same value", () => {
    const value = { b: [1, { d: null, c: "\u0000 😀" }], a: { "": false } };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
    expect(canonicalJson(value)).toBe('{"a":{"":false},"b":[1,{"c":"\\u0000 😀","d":null}]}');
  });
});
