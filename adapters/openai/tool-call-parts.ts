import { randomUUID } from "node:crypto";
import type { ModelToolCall } from "../../core/chat/ports.ts";
import { isRecord, textOf } from "./wire.ts";

interface Part {
  id: string;
  name: string;
  args: string;
}

/** Puts the tool calls of a stream together from their pieces. */
export class ToolCallParts {
  private readonly calls: Part[] = [];
  private readonly byIndex = new Map<unknown, Part>();

  /** `pieces` is the `tool_calls` of one delta. */
  add(pieces: unknown): void {
    if (!Array.isArray(pieces)) return;
    for (const piece of pieces) {
      if (isRecord(piece)) this.addPiece(piece);
    }
  }

  /** The calls in the order in which they began. */
  whole(): ModelToolCall[] {
    return this.calls.map(({ id, name, args }) => ({ id: id || `call_${randomUUID()}`, name, args: args || "{}" }));
  }

  private addPiece(piece: Record<string, unknown>): void {
    const written = isRecord(piece.function) ? piece.function : {};
    const id = textOf(piece.id);
    const name = textOf(written.name);
    const call = this.callOf(piece.index, id, name);
    call.id ||= id;
    call.name ||= name;
    call.args += isRecord(written.arguments) ? JSON.stringify(written.arguments) : textOf(written.arguments);
  }

  private callOf(index: unknown, id: string, name: string): Part {
    const known = index === undefined ? this.calls.at(-1) : this.byIndex.get(index);
    // Some servers number every call 0 or not at all; others send a new id with each piece of one call, without a name.
    const another = name !== "" && known !== undefined && (id === "" ? index === undefined : id !== known.id);
    if (known !== undefined && !another) return known;
    const call = { id: "", name: "", args: "" };
    this.calls.push(call);
    this.byIndex.set(index, call);
    return call;
  }
}
