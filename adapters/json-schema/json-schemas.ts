import { dereference, type OutputUnit, type Schema, validate } from "@cfworker/json-schema";
import type { JsonSchemas } from "../../core/shared/ports.ts";
import { invalidSchema, type Json, type Node, SchemaCopy } from "./prepare-schema.ts";

/** Work one check may cause, some tenths of a second: schemas can be written whose cost doubles with each level. */
const MAX_WORK = 300_000;
/** An evaluated subschema in units of an item that is read. */
const EVALUATION = 3;
const MAX_DEPTH = 128;
const MAX_PROBLEMS = 10;
const MAX_PROBLEM_LENGTH = 200;

// These say only that something further down is wrong, and that follows in a line of its own.
const WRAPPERS = new Set([
  ...["$ref", "allOf", "properties", "additionalProperties", "items", "prefixItems", "propertyNames", "if"],
  ...["additionalItems", "unevaluatedItems", "unevaluatedProperties", "dependentSchemas"],
]);

class TooMuchWorkError extends Error {}

export class JsonSchemaChecker implements JsonSchemas {
  problems(schema: Record<string, unknown>, value: unknown): string[] {
    let spent = 0;
    const spend = (work: number): void => {
      spent += work;
      if (spent > MAX_WORK) throw new TooMuchWorkError();
    };
    // The library has no limit of its own, but it reads this property once for each subschema it evaluates.
    const counted = Object.create(null, { $recursiveAnchor: { get: () => spend(EVALUATION) } });
    const copy = readSchema(schema, counted);
    const lookup = resolveReferences(copy);
    try {
      const instance = countReads(value, spend, 0);
      return sentences(validate(instance, copy.root as Schema, "2020-12", lookup).errors);
    } catch (error) {
      // Expected: too much work, too many levels, or (URIError) a property name with half a surrogate pair.
      if (error instanceof TooMuchWorkError || error instanceof RangeError || error instanceof URIError) {
        return ["/: the value is too large or too deep to be checked against this schema"];
      }
      throw error;
    }
  }
}

function readSchema(schema: Json, prototype: object): SchemaCopy {
  try {
    return new SchemaCopy(schema, prototype);
  } catch (error) {
    if (error instanceof RangeError) throw invalidSchema("is nested too deep", "", error);
    throw error;
  }
}

function resolveReferences(copy: SchemaCopy): Record<string, Schema | boolean> {
  let lookup: Record<string, Schema | boolean>;
  try {
    lookup = dereference(copy.root as Schema);
  } catch (error) {
    throw invalidSchema("holds a name or a reference that cannot be read", "", error);
  }
  const targetOf = (node: Node): Node | undefined => lookup[String(node.__absolute_ref__)] as Node | undefined;
  for (const [node, place] of copy.nodes) {
    // What had to be left out of the copy is not among those the library has seen.
    const isPart = node.__absolute_uri__ !== undefined;
    if (isPart && node.$ref !== undefined && targetOf(node) === undefined) {
      throw invalidSchema(`points at ${String(node.$ref).slice(0, 100)}, which does not exist`, `${place}/$ref`);
    }
  }
  refuseEndless(copy, targetOf);
  return lookup;
}

/** Refuses a schema that, to judge a value, would have to have judged the same value by the same schema already. */
function refuseEndless(copy: SchemaCopy, targetOf: (node: Node) => Node | undefined): void {
  const done = new Set<Node>();
  const underway = new Set<Node>();
  const visit = (node: Node): void => {
    if (done.has(node)) return;
    if (underway.has(node)) throw invalidSchema("refers to itself without end", copy.nodes.get(node) ?? "");
    underway.add(node);
    for (const next of appliedInPlace(node, targetOf)) visit(next);
    underway.delete(node);
    done.add(node);
  };
  for (const node of copy.nodes.keys()) visit(node);
}

function appliedInPlace(node: Node, targetOf: (node: Node) => Node | undefined): Node[] {
  const target = node.$ref === undefined ? undefined : targetOf(node);
  const one = [target, node.not, node.if, node.then, node.else];
  const many = [node.allOf, node.anyOf, node.oneOf, Object.values(node.dependentSchemas ?? {})];
  return [...one, ...many.flat()].filter((next): next is Node => next !== undefined);
}

/**
 * A copy of the value whose arrays count each access: comparing all items with each other (`uniqueItems`) is work,
 * too. Without prototypes, so that `constructor` is a property only where the value has one.
 */
function countReads(value: unknown, spend: (work: number) => void, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) throw new TooMuchWorkError();
  spend(1);
  if (Array.isArray(value)) {
    const items = value.map((item) => countReads(item, spend, depth + 1));
    return new Proxy(items, {
      get(target, property, receiver) {
        spend(1);
        return Reflect.get(target, property, receiver);
      },
    });
  }
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(value)) copy[name] = countReads(item, spend, depth + 1);
  return copy;
}

function sentences(errors: OutputUnit[]): string[] {
  const telling = errors.filter((error) => !WRAPPERS.has(error.keyword));
  return [...new Set(telling.map(sentence))].slice(0, MAX_PROBLEMS);
}

function sentence({ instanceLocation, keyword, error }: OutputUnit): string {
  const text = OWN_WORDS[keyword] ?? error.replace(/^Instance\b/, "the value").replace(/\.$/, "");
  const whole = `${decodeURI(instanceLocation.slice(1)) || "/"}: ${text}`;
  return whole.length > MAX_PROBLEM_LENGTH ? `${whole.slice(0, MAX_PROBLEM_LENGTH - 1)}…` : whole;
}

// The library's sentence for `maxProperties` says the opposite; a refused property comes to us as `not`.
const OWN_WORDS: Record<string, string> = {
  maxProperties: "the value has too many properties",
  not: "must not be there or must not have this value",
};
