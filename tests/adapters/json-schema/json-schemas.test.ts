import { describe, expect, it } from "vitest";
import { JsonSchemaChecker } from "../../../adapters/json-schema/json-schemas.ts";

const problems = (schema: Record<string, unknown>, value: unknown): string[] =>
  new JsonSchemaChecker().problems(schema, value);

describe("the checker of JSON Schemas", () => {
  it("leaves schema and value as they were", () => {
    const schema = {
      properties: { a: { $ref: "#/$defs/a" } },
      $defs: { a: { pattern: "x", items: [{ type: "string" }] } },
    };
    const value = { a: ["x", { b: 1 }] };
    const before = structuredClone({ schema, value });
    problems(schema, value);
    problems(schema, value);
    expect({ schema, value }).toEqual(before);
    expect(Object.getOwnPropertyNames(schema.properties.a)).toEqual(["$ref"]);
  });

  it.each([
    [{ maxProperties: 1 }, { a: 1, b: 2 }, "/: the value has too many properties"],
    [{ type: "integer" }, 1.5, '/: the value type "number" is invalid. Expected "integer"'],
    [{ properties: { "a b": { maxLength: 1 } } }, { "a b": "long" }, "/a b: String is too long (4 > 1)"],
  ])("says in words what is wrong with %j", (schema, value, sentence) => {
    expect(problems(schema, value)).toEqual([sentence]);
  });

  it("knows the older drafts' words for the same things", () => {
    expect(problems({ definitions: { a: { type: "string" } }, $ref: "#/definitions/a" }, 1)).toHaveLength(1);
    expect(problems({ items: [{ type: "string" }, { type: "number" }] }, ["a", "b"])[0]).toContain("/1");
    expect(problems({ dependencies: { a: ["b"], c: { required: ["d"] } } }, { a: 1, b: 1, c: 1, d: 1 })).toEqual([]);
    expect(problems({ dependencies: { a: ["b"] } }, { a: 1 })).toHaveLength(1);
    expect(problems({ dependencies: { c: { required: ["d"] } } }, { c: 1 })).toHaveLength(1);
  });

  it("does not take a name given to the schema for a place to fetch it from", () => {
    const schema = {
      $id: "https://example.org/a.json",
      $defs: { b: { $id: "b.json", type: "string" } },
      $ref: "#/$defs/b",
    };
    expect(problems(schema, "text")).toEqual([]);
    expect(problems(schema, 1)).toHaveLength(1);
  });

  it("finds its way to names that a URL writes otherwise", () => {
    const names = ["a b", "a/b", "a~b", "a%b", "ä", '"'];
    for (const name of names) {
      const pointer = encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
      const schema = { $defs: { [name]: { type: "string" } }, $ref: `#/$defs/${pointer}` };
      expect([name, problems(schema, 1).length]).toEqual([name, 1]);
    }
    expect(problems({ $defs: { a: { $anchor: "here", type: "string" } }, $ref: "#here" }, 1)).toHaveLength(1);
  });

  it("calls a value with half a character in a name uncheckable, and such a schema unusable", () => {
    expect(problems({ additionalProperties: {} }, { "\ud800": 1 })).toHaveLength(1);
    expect(() => problems({ properties: { "\ud800": {} } }, {})).toThrow("invalid schema");
  });

  it("ignores notes, even those that look like schemas", () => {
    const schema = { title: 4, default: { type: "text" }, examples: [{ $ref: "nowhere" }], "x-note": { type: "text" } };
    expect(problems(schema, 1)).toEqual([]);
  });

  it("refuses a schema with more parts than anybody writes", () => {
    const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`p${index}`, {}]));
    expect(() => problems({ properties: many }, {})).toThrow("more than 5000 subschemas");
  });
});
