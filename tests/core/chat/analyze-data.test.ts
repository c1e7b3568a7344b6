import { describe, expect, it } from "vitest";
import { analyzeData } from "../../../core/chat/analyze-data.ts";
import type { Call } from "../../../core/shared/call.ts";

const CALL: Call = {
  actor: { kind: "anonymous", address: "192.0.2.1" },
  requestId: "r1",
  signal: new AbortController().signal,
};

const SALES = [
  { shop: "north", units: 3, price: "1,000.50" },
  { shop: "south", units: "5", price: 20 },
  { shop: "north", units: null, price: 30 },
  { shop: "west", units: 4, price: "" },
  { shop: " ", units: "many", price: 50 },
];

const text = async (args: object): Promise<string> => (await analyzeData.run(CALL, { rows: SALES, ...args })).text;
const analyze = async (args: object) => JSON.parse(await text(args));

describe("analysing data", () => {
  it("is offered to everybody and declares its arguments", () => {
    expect(analyzeData.offeredTo(CALL)).toBe(true);
    expect(analyzeData.declaration).toMatchObject({
      name: "analyze_data",
      parameters: { type: "object", required: ["rows", "operation"] },
    });
  });

  it("describes every column unless some are named", async () => {
    expect(await analyze({ operation: "describe" })).toEqual({
      operation: "describe",
      rows: 5,
      results: [
        {
          column: "shop",
          count: 4,
          missing: 1,
          distinct: 3,
          most_common: [
            { value: "north", count: 2 },
            { value: "south", count: 1 },
            { value: "west", count: 1 },
          ],
        },
        {
          column: "units",
          count: 3,
          missing: 1,
          not_numbers: 1,
          mean: 4,
          standard_deviation: 1,
          min: 3,
          quartiles: [3.5, 4, 4.5],
          max: 5,
        },
        {
          column: "price",
          count: 4,
          missing: 1,
          mean: 275.125,
          standard_deviation: expect.closeTo(483.7441, 3),
          min: 20,
          quartiles: [27.5, 40, 287.625],
          max: 1000.5,
        },
      ],
    });
    expect((await analyze({ operation: "describe", columns: ["units"] })).results).toHaveLength(1);
  });

  it.each([
    ["sum", 1100.5],
    ["mean", 275.125],
    ["median", 40],
    ["min", 20],
    ["max", 1000.5],
  ])("computes the %s, and counts what it skipped", async (operation, value) => {
    const { results } = await analyze({ operation, columns: ["price", "units"] });
    expect(results[0]).toEqual({ column: "price", value, count: 4, missing: 1 });
    expect(results[1]).toMatchObject({ column: "units", count: 3, missing: 1, not_numbers: 1 });
  });

  it("counts what is there, number or not", async () => {
    const { results } = await analyze({ operation: "count", columns: ["units", "shop"] });
    expect(results).toEqual([
      { column: "units", count: 4, missing: 1 },
      { column: "shop", count: 4, missing: 1 },
    ]);
  });

  it("computes for each group, the largest group first", async () => {
    const { by, results } = await analyze({ operation: "sum", columns: ["price"], by: "shop" });
    expect(by).toBe("shop");
    expect(results).toEqual([
      { group: "north", column: "price", value: 1030.5, count: 2, missing: 0 },
      { group: "south", column: "price", value: 20, count: 1, missing: 0 },
      { group: "west", column: "price", value: 0, count: 0, missing: 1 },
      { group: "(missing)", column: "price", value: 50, count: 1, missing: 0 },
    ]);
  });

  it("has no mean of nothing", async () => {
    const { results } = await analyze({ operation: "mean", columns: ["price"], by: "shop" });
    expect(results[2]).toEqual({ group: "west", column: "price", value: null, count: 0, missing: 1 });
  });

  it("counts the rows of each combination of values", async () => {
    const { results } = await analyze({ operation: "group_count", columns: ["shop"] });
    expect(results[0]).toEqual({ values: { shop: "north" }, count: 2 });
    expect(results[3]).toEqual({ values: { shop: "(missing)" }, count: 1 });
    const pairs = await analyze({ operation: "group_count", columns: ["shop", "price"] });
    expect(pairs.results).toHaveLength(5);
  });

  it("correlates each pair of columns over the rows that have both", async () => {
    const rows = [1, 2, 3, 4].map((x) => ({ x, y: String(-2 * x), z: x === 2 ? null : x * x }));
    const { results } = await analyze({ rows, operation: "correlation", columns: ["x", "y", "z"] });
    expect(results).toEqual([
      { columns: ["x", "y"], coefficient: -1, pairs: 4 },
      { columns: ["x", "z"], coefficient: expect.closeTo(0.98852, 4), pairs: 3 },
      { columns: ["y", "z"], coefficient: expect.closeTo(-0.98852, 4), pairs: 3 },
    ]);
  });

  it("sorts numbers before texts and leaves the missing last, in both directions", async () => {
    const order = async (operation: string) =>
      (await analyze({ operation, columns: ["units"] })).results.map((row: { units: unknown }) => row.units);
    expect(await order("sort")).toEqual([3, 4, "5", "many", null]);
    expect(await order("top")).toEqual(["5", 4, 3, "many", null]);
  });

  it("shows the column it sorted by, and as many rows as asked for", async () => {
    expect(await analyze({ operation: "top", columns: ["shop"], by: "price", limit: 2 })).toEqual({
      operation: "top",
      rows: 5,
      by: "price",
      results: [
        { price: "1,000.50", shop: "north" },
        { price: 50, shop: null },
      ],
      note: "the first 2 of 5 results are shown",
    });
  });

  it("cuts a list that would be too long, and says so", async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({
      name: `row ${index} ${"\u0001x".repeat(100)}`,
      index,
    }));
    for (const operation of ["sort", "top", "group_count"]) {
      const answer = await text({ rows, operation, columns: ["name"], by: "index" });
      expect(answer.length).toBeLessThanOrEqual(8_000);
      expect(answer.length).toBeGreaterThan(7_000);
      expect(JSON.parse(answer).note).toMatch(/^the first \d+ of 5000 results are shown$/);
    }
  });

  it("says so when not all columns are described", async () => {
    const rows = [Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`c${index}`, index]))];
    expect((await analyze({ rows, operation: "describe" })).note).toMatch(/of 80 results are shown$/);
  });

  it("answers within its limit even when not one result fits", async () => {
    const answer = await text({ rows: [{ ["k".repeat(9_000)]: 1 }], operation: "describe" });
    expect(JSON.parse(answer)).toMatchObject({ results: [], note: "the first 0 of 1 results are shown" });
  });

  it("finds only a row's own values", async () => {
    const rows = JSON.parse('[{"toString":1},{}]');
    const { results } = await analyze({ rows, operation: "sum", columns: ["toString"] });
    expect(results).toEqual([{ column: "toString", value: 1, count: 1, missing: 1 }]);
  });

  it("names the columns that exist when one does not", async () => {
    for (const args of [{ columns: ["cost"] }, { columns: ["price"], by: "cost" }]) {
      await expect(analyze({ operation: "sum", ...args })).rejects.toMatchObject({
        code: "invalid_input",
        reason: "unknown_column",
        message: 'there is no column "cost"; the columns are shop, units, price',
      });
    }
  });

  it.each([
    [{ operation: "sum" }, "columns: sum needs at least one"],
    [{ operation: "correlation", columns: ["price"] }, "columns: correlation needs at least two"],
    [{ operation: "guess", columns: ["price"] }, "operation"],
    [{ operation: "sum", columns: [] }, "columns"],
    [{ operation: "sum", columns: Array(21).fill("price") }, "columns"],
    [{ operation: "sort", columns: ["price"], limit: 0 }, "limit"],
    [{ operation: "count", columns: ["price"], rows: [] }, "rows"],
    [{ operation: "count", columns: ["price"], rows: [1] }, "rows.0"],
    [{ operation: "count", columns: ["price"], rows: Array(5_001).fill({}) }, "rows"],
  ])("refuses %j", async (args, problem) => {
    await expect(analyze(args)).rejects.toMatchObject({
      code: "invalid_input",
      reason: "invalid_arguments",
      message: expect.stringContaining(problem),
    });
  });
});
