import { z } from "zod";
import { AppError } from "../shared/errors.ts";
import { ANALYSES, OPERATIONS, type Row } from "./data-analyses.ts";
import type { Tool } from "./tool.ts";
import { parseToolArguments, toolParameters } from "./tool-arguments.ts";

const MAX_CHARACTERS = 8_000;
/** Columns that `describe` looks at when none are named. */
const MAX_COLUMNS = 50;

const Column = z.string().min(1).max(100);

const AnalyzeDataArguments = z.object({
  rows: z.array(z.record(z.string(), z.unknown())).min(1).max(5_000).describe("the data, one object a row"),
  operation: z.enum(OPERATIONS),
  columns: z.array(Column).min(1).max(20).optional().describe("columns to look at; describe may leave it out"),
  by: Column.optional().describe(
    "sum to count: one result for each value of this column; sort, top: column to sort by",
  ),
  limit: z.int().min(1).max(1_000).optional().describe("how many entries of a list"),
});
type AnalyzeDataArguments = z.infer<typeof AnalyzeDataArguments>;

/**
 * Statistics over rows the model has read somewhere. Texts that are numbers count as numbers; blanks are skipped and
 * counted. The result is compact JSON; a list too long for it is cut, and says so.
 */
export const analyzeData: Tool = {
  declaration: {
    name: "analyze_data",
    description:
      "Computes statistics over rows: describe, sum, mean, median, min, max, count, group_count (rows for each " +
      "combination of values of the columns), correlation, sort (ascending), top (greatest first).",
    parameters: toolParameters(AnalyzeDataArguments),
  },
  offeredTo: () => true,
  async run(_call, args) {
    const input = parseToolArguments(AnalyzeDataArguments, args);
    const existing = namesOf(input.rows);
    const columns = chosenColumns(input, existing);
    for (const name of input.by === undefined ? columns : [...columns, input.by]) {
      if (!existing.has(name)) throw unknownColumn(name, existing);
    }
    const entries = ANALYSES[input.operation]({ ...input, columns });
    const total = input.columns === undefined ? existing.size : entries.length;
    return { text: shorten(input, entries, total) };
  },
};

function namesOf(rows: readonly Row[]): Set<string> {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return names;
}

function chosenColumns(input: AnalyzeDataArguments, existing: Set<string>): string[] {
  if (input.operation === "correlation" && (input.columns?.length ?? 0) < 2) {
    throw new AppError("invalid_input", "invalid_arguments", "columns: correlation needs at least two");
  }
  if (input.columns !== undefined) return [...new Set(input.columns)];
  if (input.operation === "describe") return [...existing].slice(0, MAX_COLUMNS);
  throw new AppError("invalid_input", "invalid_arguments", `columns: ${input.operation} needs at least one`);
}

function unknownColumn(name: string, existing: Set<string>): AppError {
  const shown = [...existing].slice(0, 30).map((one) => one.slice(0, 40));
  const more = existing.size > shown.length ? `, and ${existing.size - shown.length} more` : "";
  const message = `there is no column "${name}"; the columns are ${shown.join(", ")}${more}`;
  return new AppError("invalid_input", "unknown_column", message);
}

/** The longest beginning of the list whose JSON is short enough. */
function shorten(input: AnalyzeDataArguments, entries: readonly unknown[], total: number): string {
  const write = (count: number): string =>
    JSON.stringify({
      operation: input.operation,
      rows: input.rows.length,
      ...(input.by === undefined ? {} : { by: input.by }),
      results: entries.slice(0, count),
      ...(count < total ? { note: `the first ${count} of ${total} results are shown` } : {}),
    });
  const most = Math.min(entries.length, input.limit ?? entries.length);
  if (write(most).length <= MAX_CHARACTERS) return write(most);
  let [fits, tooMany] = [0, most];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (write(middle).length <= MAX_CHARACTERS) fits = middle;
    else tooMany = middle;
  }
  return write(fits);
}
