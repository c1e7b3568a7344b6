import { describe, expect, it } from "vitest";
import type { JsonSchemas } from "../../core/shared/ports.ts";

type Schema = Record<string, unknown>;

const PRODUCT = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    name: { type: "string", minLength: 2 },
    price: { type: "number", minimum: 0 },
    tags: { type: "array", items: { enum: ["new", "sale"] }, uniqueItems: true, maxItems: 3 },
  },
  required: ["name"],
  additionalProperties: false,
};

const TREE = {
  $defs: { node: { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/node" } } } } },
  $ref: "#/$defs/node",
};

// As text: an object with a `then` of its own could be taken for a promise.
const CONDITION: Schema = JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}');

/** What every checker of JSON Schemas promises. */
export function describeJsonSchemas(name: string, make: () => JsonSchemas): void {
  describe(`${name} as JsonSchemas`, () => {
    const problems = (schema: Schema, value: unknown): string[] => make().problems(schema, value);

    it.each<[string, Schema, unknown]>([
      ["an object", PRODUCT, { name: "Tea", price: 3.5, tags: ["new", "sale"] }],
      ["what is optional left out", PRODUCT, { name: "Tea" }],
      ["anything by an empty schema", {}, [1, { a: null }]],
      ["one of several types", { type: ["string", "null"] }, null],
      ["a tree", TREE, { children: [{ children: [] }, {}] }],
      ["exactly one alternative", { oneOf: [{ type: "string" }, { type: "number" }] }, 4],
      ["a tuple", { prefixItems: [{ type: "string" }, { type: "number" }] }, ["a", 1]],
      ["what a condition asks for", CONDITION, { a: 1, b: 2 }],
    ])("finds nothing wrong with %s", (_what, schema, value) => {
      expect(problems(schema, value)).toEqual([]);
    });

    it.each<[string, Schema, unknown, string]>([
      ["a wrong type", PRODUCT, { name: "Tea", price: "3" }, "/price"],
      ["a missing property", PRODUCT, {}, "name"],
      ["a property too many", PRODUCT, { name: "Tea", colour: "green" }, "/colour"],
      ["a text too short", PRODUCT, { name: "T" }, "/name"],
      ["a value not in the list", PRODUCT, { name: "Tea", tags: ["old"] }, "/tags/0"],
      ["the same item twice", PRODUCT, { name: "Tea", tags: ["new", "new"] }, "/tags"],
      ["a wrong leaf of a tree", TREE, { children: [{}, { children: 4 }] }, "/children/1/children"],
      ["two alternatives at once", { oneOf: [{ type: "number" }, { minimum: 1 }] }, 4, "/"],
      ["a wrong tuple", { prefixItems: [{ type: "string" }] }, [1], "/0"],
      ["a broken condition", CONDITION, { a: 1 }, "b"],
      ["a name that every object inherits", { required: ["constructor"] }, {}, "constructor"],
      ["what is forbidden", { properties: { a: false } }, { a: 1 }, "/a"],
      [
        "a property called __proto__",
        JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'),
        JSON.parse('{"__proto__":1}'),
        "/__proto__",
      ],
    ])("names the place of %s", (_what, schema, value, place) => {
      expect(problems(schema, value)[0]).toContain(place);
    });

    it("names ten problems at most, in short sentences", () => {
      const schema = {
        allOf: Array.from({ length: 30 }, (_, index) => ({ required: [`field-${index}-${"x".repeat(500)}`] })),
      };
      const found = problems(schema, {});
      expect(found).toHaveLength(10);
      expect(Math.max(...found.map((problem) => problem.length))).toBeLessThanOrEqual(200);
    });

    it.each<[string, Schema]>([
      ["an unknown type", { type: "text" }],
      ["properties that are a list", { properties: [] }],
      ["a schema that is a number", { properties: { a: 4 } }],
      ["a negative length", { items: { minLength: -1 } }],
      ["required that is no list", { required: "name" }],
      ["an empty list of alternatives", { anyOf: [] }],
      ["a reference to nothing", { properties: { a: { $ref: "#/$defs/none" } } }],
      ["a reference to another document", { $ref: "https://example.org/schema.json" }],
      ["a reference to itself", { $ref: "#" }],
      [
        "references in a circle",
        { $defs: { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" },
      ],
      ["65 levels", nested(65)],
      ["50,000 levels", nested(50_000)],
    ])("refuses a schema with %s, whatever the value", (_what, schema) => {
      expect(() => problems(schema, null)).toThrow(
        expect.objectContaining({ code: "invalid_input", reason: "invalid_schema" }),
      );
    });
  });

  describe(`${name} and patterns`, () => {
    const problems = (schema: Schema, value: unknown): string[] => make().problems(schema, value);
    const hostile = `${"a".repeat(40)}!`;

    it("does not look at them, wherever they stand", () => {
      const pattern = "^(a+)+$";
      const schema = {
        properties: {
          text: { pattern },
          names: { propertyNames: { pattern } },
          list: { items: { anyOf: [{ pattern }] } },
        },
        patternProperties: { [pattern]: { type: "boolean" } },
        $defs: { word: { pattern } },
        allOf: [{ properties: { word: { $ref: "#/$defs/word" } } }],
      };
      expect(problems(schema, { text: hostile, names: { [hostile]: 1 }, list: [hostile], word: hostile })).toEqual([]);
    });

    it("knows a property of that name, and data that only looks like a schema", () => {
      const schema = {
        properties: {
          pattern: { type: "string" },
          kind: { const: { pattern: "x" } },
          one: { enum: [{ pattern: "y" }] },
        },
        required: ["pattern"],
      };
      expect(problems(schema, { pattern: "p", kind: { pattern: "x" }, one: { pattern: "y" } })).toEqual([]);
      expect(problems(schema, { pattern: 1 })[0]).toContain("/pattern");
      expect(problems(schema, { pattern: "p", kind: {} })[0]).toContain("/kind");
      expect(problems(schema, { pattern: "p", one: {} })[0]).toContain("/one");
    });

    it.each<[string, Schema, unknown]>([
      ["not", { not: { pattern: "^x" } }, "y"],
      ["oneOf", { oneOf: [{ pattern: "^x" }, { pattern: "^y" }] }, "y"],
      ["if", JSON.parse('{"if":{"pattern":"^x"},"then":{"maxLength":1}}'), "long"],
      ["additionalProperties", { patternProperties: { "^x-": {} }, additionalProperties: false }, { "x-a": 1 }],
      ["contains", { contains: { pattern: "^x" }, maxContains: 1 }, ["a", "b"]],
      ["an unknown format", { not: { format: "iban" } }, "y"],
      ["a reference", { $defs: { x: { pattern: "^x" } }, not: { $ref: "#/$defs/x" } }, "y"],
    ])("refuses no value because of a pattern under %s", (_where, schema, value) => {
      expect(problems(schema, value)).toEqual([]);
    });

    it("does not run the library's own slow expressions either", () => {
      expect(problems({ format: "url" }, `http://${"a".repeat(60)}!`)).toEqual([]);
    });
  });

  describe(`${name} and work without end`, () => {
    const problems = (schema: Schema, value: unknown): string[] => make().problems(schema, value);

    it("checks a deep value by a schema that refers to itself", () => {
      const schema = { type: "object", properties: { next: { $ref: "#" } }, additionalProperties: false };
      expect(problems(schema, chain(100, {}))).toEqual([]);
      expect(problems(schema, chain(100, { other: 1 }))[0]).toContain("/next/next");
    });

    it.each<[string, Schema, unknown]>([
      ["a value of 50,000 levels", { properties: { next: { $ref: "#" } } }, chain(50_000, {})],
      ["a schema that doubles its work with each level of the value", doubling(), chain(60, {})],
      ["a schema that doubles its work with each reference", doublingReferences(40), "x"],
      ["a long list compared with itself", { uniqueItems: true }, Array.from({ length: 200_000 }, (_, index) => index)],
      ["many rules for many items", { items: { allOf: Array(4_000).fill(true) } }, Array(20_000).fill(0)],
    ])("gives up on %s, and does not call it right", (_what, schema, value) => {
      expect(problems(schema, value)).toEqual([expect.stringContaining("too large or too deep")]);
    });
  });
}

function nested(levels: number): Schema {
  let schema: Schema = {};
  for (let level = 0; level < levels; level++) schema = { not: schema };
  return schema;
}

function chain(levels: number, last: object): unknown {
  let value: unknown = last;
  for (let level = 0; level < levels; level++) value = { next: value };
  return value;
}

function doubling(): Schema {
  const branch = { properties: { next: { $ref: "#" } }, required: ["absent"] };
  return { anyOf: [branch, { ...branch, required: ["missing"] }] };
}

function doublingReferences(count: number): Schema {
  const names = Array.from({ length: count }, (_, index) => `step${index}`);
  const next = (index: number): Schema => ({ $ref: index + 1 < count ? `#/$defs/step${index + 1}` : "#/$defs/last" });
  const steps = names.map((name, index) => [name, { allOf: [next(index), next(index)] }]);
  return { $defs: { ...Object.fromEntries(steps), last: { type: "string" } }, $ref: "#/$defs/step0" };
}
