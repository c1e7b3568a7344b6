import { beforeEach, describe, expect, it } from "vitest";
import { runTool, type ToolRun } from "../../../core/chat/run-tool.ts";
import type { Tool } from "../../../core/chat/tool.ts";
import type { Call } from "../../../core/shared/call.ts";
import { AppError } from "../../../core/shared/errors.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { RecordingLogger } from "../../fakes/recording-logger.ts";
import { aCall, aTool } from "../../support/chat.ts";

let clock: FakeClock;
let logger: RecordingLogger;
beforeEach(() => {
  clock = new FakeClock();
  logger = new RecordingLogger();
});

const run = (tool: Tool, args = "{}", call: Partial<Call> = {}): Promise<ToolRun> =>
  runTool({ clock, logger }, aCall(call), { id: "c1", name: "look", args }, [tool]);
const failing = (error: unknown): Tool =>
  aTool("look", async () => {
    throw error;
  });

describe("a tool that the model calls", () => {
  it("gets its arguments, and its result is told with its sources and how long it took", async () => {
    const source = { kind: "web" as const, title: "t", ref: "https://example.org" };
    const tool = aTool("look", async (_call, args) => {
      await clock.sleep(250);
      return { text: `saw ${JSON.stringify(args)}`, sources: [source] };
    });
    const running = run(tool, '{"at":"moon"}');
    await clock.advance(250);
    expect(await running).toEqual({
      call: { id: "c1", name: "look", args: '{"at":"moon"}' },
      used: { name: "look", ok: true, ms: 250 },
      text: 'saw {"at":"moon"}',
      sources: [source],
    });
    expect(clock.sleeping).toBe(0);
  });

  it("is called with an empty object when the model wrote no arguments", async () => {
    const tool = aTool("look", async (_call, args) => ({ text: JSON.stringify(args) }));
    expect((await run(tool, "")).text).toBe("{}");
  });

  it("that does not exist is told to the model", async () => {
    const told = await runTool({ clock, logger }, aCall(), { id: "c1", name: "fly", args: "{}" }, []);
    expect(told).toMatchObject({ text: "error: there is no tool fly", used: { name: "fly", ok: false }, sources: [] });
  });

  it("with arguments that are no JSON is not run", async () => {
    const told = await run(failing(new Error("must not run")), "{broken");
    expect(told).toMatchObject({ text: "error: the arguments are not JSON", used: { ok: false } });
    expect(logger.lines).toEqual([]);
  });

  it("that refuses tells the model why", async () => {
    const told = await run(failing(new AppError("invalid_input", "invalid_arguments", "at: unknown place")));
    expect(told).toMatchObject({ text: "error: at: unknown place", used: { ok: false } });
    expect(logger.lines).toEqual([]);
  });

  it.each([
    ["later", failing(new TypeError("secret detail"))],
    [
      "at once",
      aTool("look", () => {
        throw new TypeError("secret detail");
      }),
    ],
  ])("that breaks %s is logged, and the model learns no detail", async (_name, tool) => {
    expect(await run(tool)).toMatchObject({ text: "error: the tool failed", used: { ok: false } });
    expect(logger.lines).toMatchObject([
      {
        level: "error",
        message: "tool failed",
        fields: { tool: "look", requestId: "req-1", error: expect.any(TypeError) },
      },
    ]);
  });

  it("is ended after 20 s, and the model is told", async () => {
    let signal: AbortSignal | undefined;
    const tool = aTool("look", (call) => {
      signal = call.signal;
      return new Promise(() => {});
    });
    const running = run(tool);
    await clock.advance(19_999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(await running).toMatchObject({ text: "error: the tool took too long", used: { ok: false, ms: 20_000 } });
    expect(signal?.aborted).toBe(true);
  });

  it("is told to have taken too long, also when it fails at the very word to end", async () => {
    const tool = aTool(
      "look",
      (call) =>
        new Promise((_resolve, reject) => {
          call.signal.addEventListener("abort", () => reject(call.signal.reason));
        }),
    );
    const running = run(tool);
    await clock.advance(20_000);
    expect(await running).toMatchObject({ text: "error: the tool took too long" });
    expect(logger.lines).toEqual([]);
  });

  it("whose own work met broken JSON is not told that its arguments were", async () => {
    const told = await run(failing(new SyntaxError("Unexpected token < in JSON")));
    expect(told.text).toBe("error: the tool failed");
    expect(logger.messages("error")).toEqual(["tool failed"]);
  });

  it("may take 20 s all but a moment", async () => {
    const tool = aTool("look", async () => {
      await clock.sleep(19_999);
      return { text: "in time" };
    });
    const running = run(tool);
    await clock.advance(19_999);
    expect(await running).toMatchObject({ text: "in time", used: { ok: true } });
  });

  it("is ended when its caller leaves, and then nobody is told anything", async () => {
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    const tool = aTool("look", (call) => {
      signal = call.signal;
      return new Promise(() => {});
    });
    const running = run(tool, "{}", { signal: caller.signal });
    caller.abort(new Error("left"));
    await expect(running).rejects.toThrow("left");
    expect(signal?.aborted).toBe(true);
    expect(clock.sleeping).toBe(0);
    expect(logger.lines).toEqual([]);
  });
});
