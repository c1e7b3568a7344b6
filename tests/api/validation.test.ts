import { describe, expect, it } from "vitest";
import { z } from "zod";
import { validate } from "../../api/validation.ts";
import { InvalidInputError } from "../../core/shared/errors.ts";

const Schema = z.object({
  text: z.string().min(2).max(4).optional(),
  count: z.int().min(1).max(9).default(3),
  share: z.number().min(0).max(1).nullable().optional(),
  flag: z.boolean().default(false),
  mode: z.enum(["a", "b"]).optional(),
  list: z.array(z.string()).max(2).optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
  inner: z.object({ n: z.int() }).optional(),
  either: z.union([z.literal(""), z.string().max(3)]).optional(),
  odd: z
    .string()
    .refine((text) => text !== "bad", "Odd must not be bad")
    .optional(),
});

function issuesOf(values: Record<string, unknown>, schema: z.ZodObject<z.ZodRawShape> = Schema) {
  try {
    validate("body", schema, values);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what is accepted", () => {
  it("gets its defaults, and unknown fields are dropped", () => {
    expect(validate("body", Schema, { unknown: 1 })).toEqual({ count: 3, flag: false });
  });

  it("is nothing at all where nothing is wanted", () => {
    expect(validate("query", undefined, { any: 1 })).toEqual({});
  });

  it("takes null for absent", () => {
    expect(validate("body", Schema, { text: null, count: null, share: null })).toEqual({ count: 3, flag: false });
  });

  it("takes a number in text for a number where one is wanted", () => {
    expect(validate("query", Schema, { count: "7", share: "0.5" })).toMatchObject({ count: 7, share: 0.5 });
    expect(validate("body", Schema, { text: "12" })).toMatchObject({ text: "12" });
  });

  it("was sent itself, not inherited", () => {
    expect(validate("body", Schema, Object.create({ count: 5 }))).toMatchObject({ count: 3 });
  });
});

describe("what is refused", () => {
  it.each([
    ["a number for a text", { text: 5 }, ["text"], "string_type", "Input should be a string"],
    ["a short text", { text: "a" }, ["text"], "string_too_short", "String should have at least 2 characters"],
    ["a long text", { text: "abcde" }, ["text"], "string_too_long", "String should have at most 4 characters"],
    ["a fraction", { count: 1.5 }, ["count"], "int_type", "Input should be an integer"],
    ["a fraction in text", { count: "1.5" }, ["count"], "int_type", "Input should be an integer"],
    ["words for a number", { share: "half" }, ["share"], "float_type", "Input should be a number"],
    ["an empty text for a number", { share: "" }, ["share"], "float_type", "Input should be a number"],
    ["infinity in text", { share: "Infinity" }, ["share"], "float_type", "Input should be a number"],
    ["too little", { count: 0 }, ["count"], "greater_than_equal", "Input should be greater than or equal to 1"],
    ["too much", { count: 10 }, ["count"], "less_than_equal", "Input should be less than or equal to 9"],
    ["a word for a flag", { flag: "true" }, ["flag"], "bool_type", "Input should be true or false"],
    ["an unknown word", { mode: "c" }, ["mode"], "enum", "Input should be one of a, b"],
    ["a text for a list", { list: "a" }, ["list"], "list_type", "Input should be a list"],
    ["a wrong item", { list: ["a", 5] }, ["list", 1], "string_type", "Input should be a string"],
    ["a long list", { list: ["a", "b", "c"] }, ["list"], "value_error", "List should have at most 2 items"],
    ["a list for a map", { facts: [] }, ["facts"], "object_type", "Input should be an object"],
    ["a text for an object", { inner: "a" }, ["inner"], "object_type", "Input should be an object"],
    ["a missing inner field", { inner: {} }, ["inner", "n"], "missing", "Field required"],
    ["what a rule of its own refuses", { odd: "bad" }, ["odd"], "value_error", "Odd must not be bad"],
    ["a number for empty or text", { either: 5 }, ["either"], "string_type", "Input should be a string"],
    ["long where empty or short", { either: "abcd" }, ["either"], "string_too_long", undefined],
  ])("%s", (_name, values, path, kind, message) => {
    const issues = issuesOf(values);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: ["body", ...path], kind, ...(message === undefined ? {} : { message }) });
  });

  it("names every wrong field", () => {
    expect(issuesOf({ text: 5, count: 0 }).map(({ path }) => path)).toEqual([
      ["body", "text"],
      ["body", "count"],
    ]);
  });

  it("is missing when it is wanted and absent or null", () => {
    const schema = z.object({ name: z.string() });
    for (const values of [{}, { name: null }, { name: undefined }]) {
      expect(issuesOf(values, schema)).toEqual([
        { path: ["body", "name"], kind: "missing", message: "Field required" },
      ]);
    }
  });

  it("does not repeat what was sent", () => {
    expect(JSON.stringify(issuesOf({ mode: "planted", flag: "planted", text: ["planted"] }))).not.toContain("planted");
  });
});
