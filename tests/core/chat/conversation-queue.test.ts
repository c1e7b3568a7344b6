import { beforeEach, describe, expect, it } from "vitest";
import { ConversationQueue } from "../../../core/chat/conversation-queue.ts";

const NEVER = new AbortController().signal;

let queue: ConversationQueue;
let log: string[];
beforeEach(() => {
  queue = new ConversationQueue();
  log = [];
});

/** Enters under a label and writes down when it was let in, or turned away. */
async function enter(label: string, giveUp = NEVER, name = "s"): Promise<(() => void) | undefined> {
  const leave = await queue.enter(name, giveUp);
  log.push(leave === undefined ? `${label} left` : label);
  return leave;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the line before a conversation", () => {
  it("lets the first in at once and the others one after another, in the order they came", async () => {
    const first = await enter("first");
    const others = ["second", "third", "fourth"].map((label) => enter(label));
    await settled();
    expect(log).toEqual(["first"]);
    first?.();
    for (const other of others) (await other)?.();
    expect(log).toEqual(["first", "second", "third", "fourth"]);
  });

  it("is one a conversation: others do not wait", async () => {
    await enter("first");
    await enter("other", NEVER, "another");
    expect(log).toEqual(["first", "other"]);
  });

  it("can be entered without waiting, or not at all", async () => {
    const first = queue.enterIfFree("s");
    expect(queue.enterIfFree("s")).toBeUndefined();
    const second = enter("second");
    first?.();
    await second;
    expect(queue.enterIfFree("s")).toBeUndefined();
    expect(queue.enterIfFree("another")).toBeDefined();
  });

  it("is empty again once everybody has left", async () => {
    (await enter("first"))?.();
    (await enter("again"))?.();
    expect(log).toEqual(["first", "again"]);
  });

  it("lets whoever gives up go, and the next keep their places", async () => {
    const first = await enter("first");
    const impatient = new AbortController();
    const second = enter("second", impatient.signal);
    const third = enter("third");
    impatient.abort();
    expect(await second).toBeUndefined();
    first?.();
    await third;
    expect(log).toEqual(["first", "second left", "third"]);
  });

  it("turns away who has given up before having to wait", async () => {
    const first = await enter("first");
    expect(await enter("second", AbortSignal.abort())).toBeUndefined();
    first?.();
    await enter("third");
    expect(log).toEqual(["first", "second left", "third"]);
  });

  it("counts giving up after being let in for nothing", async () => {
    const first = await enter("first");
    const caller = new AbortController();
    const second = enter("second", caller.signal);
    const third = enter("third");
    first?.();
    const leave = await second;
    caller.abort();
    await settled();
    expect(log).toEqual(["first", "second"]);
    leave?.();
    await third;
    expect(log).toEqual(["first", "second", "third"]);
  });

  it("lets one in for one who leaves, however often they say so", async () => {
    const first = await enter("first");
    void enter("second");
    void enter("third");
    first?.();
    first?.();
    await settled();
    expect(log).toEqual(["first", "second"]);
  });
});
