import { describe, expect, it } from "vitest";
import { ToolCallParts } from "../../../adapters/openai/tool-call-parts.ts";
import type { ModelToolCall } from "../../../core/chat/ports.ts";

function wholeOf(...deltas: unknown[]): ModelToolCall[] {
  const parts = new ToolCallParts();
  for (const delta of deltas) parts.add(delta);
  return parts.whole();
}

describe("the tool calls of a stream", () => {
  it("are put together by their number, even when pieces alternate", () => {
    const calls = wholeOf(
      [{ index: 0, id: "a", function: { name: "f", arguments: "" } }],
      [{ index: 1, id: "b", function: { name: "g", arguments: '{"y"' } }],
      [{ index: 0, function: { arguments: '{"x"' } }],
      [
        { index: 1, function: { arguments: ":2}" } },
        { index: 0, function: { arguments: ":1}" } },
      ],
    );
    expect(calls).toEqual([
      { id: "a", name: "f", args: '{"x":1}' },
      { id: "b", name: "g", args: '{"y":2}' },
    ]);
  });

  it("may come whole in one delta", () => {
    expect(wholeOf([{ index: 0, id: "a", function: { name: "f", arguments: '{"x":1}' } }])).toEqual([
      { id: "a", name: "f", args: '{"x":1}' },
    ]);
  });

  it("stay apart when the server numbers all of them 0", () => {
    const one = (id: string): unknown => [{ index: 0, id, function: { name: "f", arguments: "{}" } }];
    expect(wholeOf(one("a"), one("b")).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("stay apart when the server does not number them, with or without ids", () => {
    const one = (id?: string): unknown => [{ id, function: { name: "f", arguments: "{}" } }];
    expect(wholeOf(one("a"), one("b"))).toHaveLength(2);
    expect(wholeOf(one(), one())).toHaveLength(2);
  });

  it("are not torn apart by a name or a new id in each piece", () => {
    const named = { index: 0, id: "a" };
    expect(
      wholeOf(
        [{ ...named, function: { name: "f", arguments: '{"x"' } }],
        [{ ...named, function: { name: "f", arguments: ":1}" } }],
      ),
    ).toEqual([{ id: "a", name: "f", args: '{"x":1}' }]);
    expect(
      wholeOf(
        [{ index: 0, id: "a", function: { name: "f", arguments: '{"x"' } }],
        [{ index: 0, id: "z", function: { arguments: ":1}" } }],
      ),
    ).toEqual([{ id: "a", name: "f", args: '{"x":1}' }]);
  });

  it("get ids of their own where the server gives none", () => {
    const [first, second] = wholeOf([
      { index: 0, function: { name: "f", arguments: "{}" } },
      { index: 1, function: { name: "f", arguments: "{}" } },
    ]);
    expect(first?.id).toMatch(/^call_./);
    expect(second?.id).not.toBe(first?.id);
  });

  it("have empty arguments as an empty object, and object arguments as their text", () => {
    expect(wholeOf([{ index: 0, id: "a", function: { name: "f" } }])).toMatchObject([{ args: "{}" }]);
    expect(wholeOf([{ index: 0, id: "a", function: { name: "f", arguments: { x: 1 } } }])).toMatchObject([
      { args: '{"x":1}' },
    ]);
  });

  it("are none where nothing like a call came", () => {
    expect(wholeOf(undefined, null, "call", [7, null])).toEqual([]);
  });
});
