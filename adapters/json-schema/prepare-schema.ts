import { AppError } from "../../core/shared/errors.ts";

export type Node = Record<string, unknown>;
export type Json = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 64;
const MAX_NODES = 5_000;

const TYPES = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);
// The library's other formats are long expressions, `url` one that takes exponential time.
const FORMATS = new Set(["date", "time", "date-time", "email", "ipv4", "ipv6", "uuid"]);

const SCHEMAS = new Set([
  ...["items", "additionalItems", "unevaluatedItems", "contains", "additionalProperties", "unevaluatedProperties"],
  ...["propertyNames", "not", "if", "then", "else"],
]);
const LISTS = new Set(["prefixItems", "allOf", "anyOf", "oneOf"]);
// They turn on what else matched, and a loosened subschema matches more, or says less about what it matched.
const COUNTED_MATCHES = new Set(["maxContains", "unevaluatedItems", "unevaluatedProperties"]);
const MAPS = new Set(["$defs", "definitions", "properties", "dependentSchemas"]);

export function invalidSchema(problem: string, place: string, cause?: unknown): AppError {
  return new AppError("invalid_input", "invalid_schema", `invalid schema: ${place.slice(0, 100) || "/"} ${problem}`, {
    cause,
  });
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A copy of a stranger's schema that holds known keywords of the right type only. What a pattern or an unknown format
 * would have decided is left open: a value is never refused because of a pattern that nobody looked at.
 */
export class SchemaCopy {
  /** Every subschema that was copied, the root first, with its place in the original; some are not used after all. */
  readonly nodes = new Map<Node, string>();
  private readonly prototype: object;
  private readonly mayBeLoosened: boolean;
  /** Subschemas so far that are looser than what was asked for. */
  private loosened = 0;

  /** Each subschema gets `prototype` as its prototype. */
  constructor(schema: Json, prototype: object) {
    this.prototype = prototype;
    this.mayBeLoosened = /"(?:pattern|patternProperties|format)":/.test(JSON.stringify(schema));
    this.copy(schema, "", 0);
  }

  get root(): Node {
    return [...this.nodes.keys()][0] ?? {};
  }

  private copy(schema: unknown, place: string, depth: number): Node {
    if (depth > MAX_DEPTH) throw invalidSchema(`is nested more than ${MAX_DEPTH} levels deep`, place);
    if (this.nodes.size >= MAX_NODES) throw invalidSchema(`has more than ${MAX_NODES} subschemas`, "");
    const node: Node = Object.create(this.prototype);
    this.nodes.set(node, place);
    if (schema === true) return node;
    // As an object each evaluation of it is counted, like every other.
    if (schema === false) return Object.assign(node, { not: this.copy(true, place, depth) });
    if (!isObject(schema)) throw invalidSchema("must be an object or a boolean", place);
    for (const [keyword, value] of Object.entries(schema)) this.copyKeyword(node, keyword, value, place, depth);
    if (schema.patternProperties !== undefined) {
      // Which properties "additional" means depends on the patterns.
      node.additionalProperties = this.copy(true, place, depth);
      this.loosened++;
    }
    return node;
  }

  private copyKeyword(node: Node, keyword: string, value: unknown, place: string, depth: number): void {
    const at = `${place}/${keyword}`;
    if (this.mayBeLoosened && COUNTED_MATCHES.has(keyword)) return;
    if (SCHEMAS.has(keyword)) this.copySchema(node, keyword, value, at, depth);
    else if (LISTS.has(keyword)) this.copyList(node, keyword, value, at, depth);
    else if (MAPS.has(keyword)) node[keyword] = this.copyMap(value, at, depth);
    else if (keyword === "dependencies") this.copyDependencies(node, value, at, depth);
    else if (keyword === "dependentRequired") node[keyword] = mapOf(value, at, strings);
    else if (keyword === "$ref") node.$ref = this.reference(value, at);
    else if (keyword === "pattern") this.loosened++;
    else if (keyword === "format") this.copyFormat(node, string(value, at));
    else if (keyword === "$dynamicRef" || keyword === "$recursiveRef") throw invalidSchema("is not supported", at);
    else copyAssertion(node, keyword, value, at);
  }

  private copyFormat(node: Node, format: string): void {
    if (FORMATS.has(format)) node.format = format;
    else this.loosened++;
  }

  private copySchema(node: Node, keyword: string, value: unknown, at: string, depth: number): void {
    if (keyword === "items" && Array.isArray(value)) {
      this.copyList(node, "prefixItems", value, at, depth);
      return;
    }
    const before = this.loosened;
    const copied = this.copy(value, at, depth + 1);
    const isLoose = this.loosened > before;
    if (isLoose && (keyword === "not" || keyword === "if")) return;
    node[keyword] = copied;
  }

  private copyList(node: Node, keyword: string, value: unknown, at: string, depth: number): void {
    if (!Array.isArray(value)) throw invalidSchema("must be an array of schemas", at);
    if (value.length === 0 && keyword !== "prefixItems") throw invalidSchema("must not be empty", at);
    const before = this.loosened;
    const copied = value.map((item, index) => this.copy(item, `${at}/${index}`, depth + 1));
    // Alternatives that only their patterns tell apart would all match.
    const chosen = keyword === "oneOf" && this.loosened > before ? "anyOf" : keyword;
    if (chosen !== keyword && node.anyOf !== undefined) return;
    node[chosen] = copied;
  }

  private copyMap(value: unknown, at: string, depth: number): Node {
    return mapOf(value, at, (item, place) => this.copy(item, place, depth + 1));
  }

  private copyDependencies(node: Node, value: unknown, at: string, depth: number): void {
    if (!isObject(value)) throw invalidSchema("must be an object", at);
    const entries = Object.entries(value);
    node.dependentRequired = mapOf(Object.fromEntries(entries.filter(([, item]) => Array.isArray(item))), at, strings);
    node.dependentSchemas = this.copyMap(
      Object.fromEntries(entries.filter(([, item]) => !Array.isArray(item))),
      at,
      depth,
    );
  }

  private reference(value: unknown, at: string): string {
    const target = string(value, at);
    if (!target.startsWith("#")) throw invalidSchema("must begin with #: only parts of this schema can be used", at);
    if (this.mayBeLoosened) this.loosened++;
    return target;
  }
}

const count = (value: unknown): string | undefined =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : "must be a whole number of at least 0";
const number = (value: unknown): string | undefined => (typeof value === "number" ? undefined : "must be a number");
const listed = (value: unknown): string | undefined => (Array.isArray(value) ? undefined : "must be an array");
const texts = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "must be an array of strings";
const typeNames = (value: unknown): string | undefined =>
  [value].flat().length > 0 && [value].flat().every((name) => TYPES.has(String(name)))
    ? undefined
    : `must be among ${[...TYPES].join(", ")}`;

/** What is wrong with a keyword's value, for the keywords that hold no schema. Others are notes, and left out. */
const ASSERTIONS: ReadonlyMap<string, (value: unknown) => string | undefined> = new Map([
  ...["minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"].map(
    (name) => [name, count] as const,
  ),
  ...["minProperties", "maxProperties"].map((name) => [name, count] as const),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((name) => [name, number] as const),
  ["multipleOf", (value) => (Number(value) > 0 ? number(value) : "must be a number above 0")],
  ["type", typeNames],
  ["enum", listed],
  ["const", () => undefined],
  ["required", texts],
  ["uniqueItems", (value) => (typeof value === "boolean" ? undefined : "must be true or false")],
  ["$anchor", (value) => (typeof value === "string" ? undefined : "must be a string")],
]);

function copyAssertion(node: Node, keyword: string, value: unknown, at: string): void {
  const check = ASSERTIONS.get(keyword);
  if (check === undefined) return;
  const problem = check(value);
  if (problem !== undefined) throw invalidSchema(problem, at);
  node[keyword] = value;
}

function string(value: unknown, at: string): string {
  if (typeof value !== "string") throw invalidSchema("must be a string", at);
  return value;
}

function strings(value: unknown, at: string): unknown {
  const problem = texts(value);
  if (problem !== undefined) throw invalidSchema(problem, at);
  return value;
}

// Without a prototype: a property may be called __proto__.
function mapOf<T>(value: unknown, at: string, read: (item: unknown, at: string) => T): Record<string, T> {
  if (!isObject(value)) throw invalidSchema("must be an object", at);
  const map: Record<string, T> = Object.create(null);
  for (const [name, item] of Object.entries(value)) map[name] = read(item, `${at}/${name}`);
  return map;
}
