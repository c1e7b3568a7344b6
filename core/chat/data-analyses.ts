import { asNumber, correlation, isMissing, mean, quantile, standardDeviation, sum, tidy } from "./column-statistics.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface AnalysisInput {
  rows: readonly Row[];
  columns: readonly string[];
  by?: string | undefined;
}

export const OPERATIONS = [
  "describe",
  "sum",
  "mean",
  "median",
  "min",
  "max",
  "count",
  "group_count",
  "correlation",
  "sort",
  "top",
] as const;

/** Each operation as a list of results, the most telling first. */
export const ANALYSES: Record<(typeof OPERATIONS)[number], (input: AnalysisInput) => unknown[]> = {
  describe: (input) => input.columns.map((column) => describeColumn(input.rows, column)),
  sum: aggregate((sorted) => sum(sorted)),
  mean: aggregate((sorted) => (sorted.length === 0 ? undefined : mean(sorted))),
  median: aggregate((sorted) => (sorted.length === 0 ? undefined : quantile(sorted, 0.5))),
  min: aggregate((sorted) => sorted[0]),
  max: aggregate((sorted) => sorted.at(-1)),
  count: perGroup((rows, column) => {
    const missing = rows.filter((row) => isMissing(cellOf(row, column))).length;
    return { count: rows.length - missing, missing };
  }),
  group_count: groupCount,
  correlation: correlations,
  sort: (input) => ordered(input, 1),
  top: (input) => ordered(input, -1),
};

const cellOf = (row: Row, column: string): unknown => (Object.hasOwn(row, column) ? row[column] : undefined);

/** A cell as text, short enough to be listed. */
function label(cell: unknown): string {
  const text = typeof cell === "object" && cell !== null ? JSON.stringify(cell) : String(cell).trim();
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

interface ColumnValues {
  /** In ascending order. */
  numbers: number[];
  texts: string[];
  missing: number;
}

function readColumn(rows: readonly Row[], column: string): ColumnValues {
  const values: ColumnValues = { numbers: [], texts: [], missing: 0 };
  for (const row of rows) {
    const cell = cellOf(row, column);
    const number = asNumber(cell);
    if (isMissing(cell)) values.missing++;
    else if (number === undefined) values.texts.push(label(cell));
    else values.numbers.push(number);
  }
  values.numbers.sort((a, b) => a - b);
  return values;
}

const optional = (value: number | undefined): number | null => (value === undefined ? null : tidy(value));

// A column with a few slips in it is still one of numbers; they are counted as not_numbers.
function describeColumn(rows: readonly Row[], column: string): unknown {
  const { numbers, texts, missing } = readColumn(rows, column);
  if (numbers.length === 0 || texts.length > numbers.length) return describeTexts(rows, column, missing);
  return {
    column,
    count: numbers.length,
    missing,
    ...(texts.length === 0 ? {} : { not_numbers: texts.length }),
    mean: tidy(mean(numbers)),
    standard_deviation: optional(standardDeviation(numbers)),
    min: numbers[0],
    quartiles: [0.25, 0.5, 0.75].map((share) => tidy(quantile(numbers, share))),
    max: numbers.at(-1),
  };
}

function describeTexts(rows: readonly Row[], column: string, missing: number): unknown {
  const counts = countBy(
    rows.map((row) => cellOf(row, column)).filter((cell) => !isMissing(cell)),
    label,
  );
  const common = counts.slice(0, 5).map(([value, count]) => ({ value, count }));
  return { column, count: rows.length - missing, missing, distinct: counts.length, most_common: common };
}

/** Keys with their counts, the most common first, the first seen first among equals. */
function countBy<T>(values: readonly T[], key: (value: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function perGroup(measure: (rows: readonly Row[], column: string) => object): (input: AnalysisInput) => unknown[] {
  return ({ rows, columns, by }) => {
    if (by === undefined) return columns.map((column) => ({ column, ...measure(rows, column) }));
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const group = groupOf(cellOf(row, by));
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [row]);
      else members.push(row);
    }
    return [...groups]
      .sort((a, b) => b[1].length - a[1].length)
      .flatMap(([group, members]) => columns.map((column) => ({ group, column, ...measure(members, column) })));
  };
}

const groupOf = (cell: unknown): string => (isMissing(cell) ? "(missing)" : label(cell));

function aggregate(compute: (sorted: readonly number[]) => number | undefined): (input: AnalysisInput) => unknown[] {
  return perGroup((rows, column) => {
    const { numbers, texts, missing } = readColumn(rows, column);
    const slips = texts.length === 0 ? {} : { not_numbers: texts.length };
    return { value: optional(compute(numbers)), count: numbers.length, missing, ...slips };
  });
}

function groupCount({ rows, columns }: AnalysisInput): unknown[] {
  const counts = countBy(rows, (row) => JSON.stringify(columns.map((column) => groupOf(cellOf(row, column)))));
  return counts.map(([key, count]) => {
    const values: string[] = JSON.parse(key);
    return { values: Object.fromEntries(columns.map((column, index) => [column, values[index]])), count };
  });
}

function correlations({ rows, columns }: AnalysisInput): unknown[] {
  const numbers = columns.map((column) => rows.map((row) => asNumber(cellOf(row, column))));
  return columns.flatMap((left, i) =>
    columns.slice(i + 1).map((right, offset) => {
      const pairs: [number, number][] = [];
      for (const [index, x] of (numbers[i] ?? []).entries()) {
        const y = numbers[i + 1 + offset]?.[index];
        if (x !== undefined && y !== undefined) pairs.push([x, y]);
      }
      return { columns: [left, right], coefficient: optional(correlation(pairs)), pairs: pairs.length };
    }),
  );
}

// Numbers before texts, the missing always last.
function ordered({ rows, columns, by }: AnalysisInput, direction: 1 | -1): unknown[] {
  const column = by ?? columns[0] ?? "";
  const keyed = rows.map((row) => {
    const cell = cellOf(row, column);
    const number = asNumber(cell);
    return { row, number, text: number === undefined && !isMissing(cell) ? label(cell) : undefined };
  });
  const rank = (key: (typeof keyed)[number]): number =>
    key.number !== undefined ? 0 : Number(key.text === undefined) + 1;
  keyed.sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (a.number !== undefined && b.number !== undefined) return (a.number - b.number) * direction;
    return byText(a.text ?? "", b.text ?? "") * direction;
  });
  const shown = by === undefined || columns.includes(by) ? columns : [by, ...columns];
  return keyed.map(({ row }) => Object.fromEntries(shown.map((name) => [name, shownCell(cellOf(row, name))])));
}

// By code unit: the same order on every machine.
const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const shownCell = (cell: unknown): unknown =>
  typeof cell === "number" || typeof cell === "boolean" ? cell : isMissing(cell) ? null : label(cell);
