import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Frame, type StreamOptions, streamResponse, wantedFormat } from "../../api/stream.ts";
import { AbortedError, AppError } from "../../core/shared/errors.ts";
import { RecordingLogger } from "../fakes/recording-logger.ts";

const KEEP_ALIVE_MS = 15_000;

let logger: RecordingLogger;
let stopping: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  logger = new RecordingLogger();
  stopping = new AbortController();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Frames that a test hands over one by one. */
class Source {
  /** How many frames were asked for. */
  asked = 0;
  /** Whether its work is over, be it done, failed or left. */
  ended = false;
  private readonly ready: (Frame | Error | "end")[] = [];
  private wake = (): void => {};

  push(...steps: (Frame | Error | "end")[]): void {
    this.ready.push(...steps);
    this.wake();
  }

  async *frames(): AsyncGenerator<Frame> {
    try {
      for (;;) {
        this.asked++;
        if (this.ready.length === 0) {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
        }
        const step = this.ready.shift();
        if (step === "end" || step === undefined) return;
        if (step instanceof Error) throw step;
        yield step;
      }
    } finally {
      this.ended = true;
    }
  }
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

function open(source: Source, changes: Partial<StreamOptions> = {}): Promise<Response> {
  const place = { path: "/chat", requestId: "req_1", allow: [] };
  return streamResponse(source.frames(), { format: "sse", stopping: stopping.signal, place, logger, ...changes });
}

/** The body, and all of it that has come so far. */
function reader(response: Response) {
  const body = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const state = { text: "", closed: false };
  const decoder = new TextDecoder();
  const read = async (): Promise<void> => {
    for (let step = await body.read(); !step.done; step = await body.read()) state.text += decoder.decode(step.value);
    state.closed = true;
  };
  void read();
  return { state, cancel: () => body.cancel() };
}

async function whole(source: Source, changes: Partial<StreamOptions> = {}): Promise<string> {
  return (await open(source, changes)).text();
}

describe("the format", () => {
  it.each([
    [null, "sse"],
    ["*/*", "sse"],
    ["text/event-stream", "sse"],
    ["application/json", "sse"],
    ["application/x-ndjson", "ndjson"],
    ["Application/X-NDJSON; q=0.9, */*", "ndjson"],
  ])("for Accept %s is %s", (accept, format) => {
    expect(wantedFormat(accept)).toBe(format);
  });
});

describe("server-sent events", () => {
  it("are data lines in order, and [DONE] at the end", async () => {
    const source = new Source();
    source.push({ type: "session" }, { type: "content", text: "a\nb" }, "end");
    const response = await open(source);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    expect(await response.text()).toBe(
      'data: {"type":"session"}\n\ndata: {"type":"content","text":"a\\nb"}\n\ndata: [DONE]\n\n',
    );
  });

  it("come as soon as they are there", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { state } = reader(await open(source));
    await settled();
    expect(state).toEqual({ text: 'data: {"n":1}\n\n', closed: false });
    source.push({ n: 2 });
    await settled();
    expect(state.text).toBe('data: {"n":1}\n\ndata: {"n":2}\n\n');
  });

  it("are kept alive by a comment after each 15 s of silence, and only then", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { state } = reader(await open(source));
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS - 1);
    expect(state.text).toBe('data: {"n":1}\n\n');
    await vi.advanceTimersByTimeAsync(1);
    expect(state.text).toBe('data: {"n":1}\n\n: keep-alive\n\n');
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS);
    expect(state.text).toBe('data: {"n":1}\n\n: keep-alive\n\n: keep-alive\n\n');
  });

  it("count silence from the last frame", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { state } = reader(await open(source));
    for (let n = 0; n < 3; n++) {
      await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS - 1);
      source.push({ n: 2 });
      await settled();
    }
    expect(state.text).not.toContain("keep-alive");
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS);
    expect(state.text.endsWith('data: {"n":2}\n\n: keep-alive\n\n')).toBe(true);
  });
});

describe("one object a line", () => {
  it("has no [DONE]", async () => {
    const source = new Source();
    source.push({ n: 1 }, { n: 2 }, "end");
    const response = await open(source, { format: "ndjson" });
    expect(response.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(await response.text()).toBe('{"n":1}\n{"n":2}\n');
  });

  it("is kept alive by a ping", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { state } = reader(await open(source, { format: "ndjson" }));
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS);
    expect(state.text).toBe('{"n":1}\n{"type":"ping"}\n');
  });
});

describe("a failure", () => {
  const failure = new AppError("upstream_failed", "model_unavailable", "retry", { retryAfterSeconds: 5 });

  it("before the first frame is thrown, so that it becomes an ordinary answer", async () => {
    const source = new Source();
    source.push(failure);
    await expect(open(source)).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("later is an error frame with the status it would have had, then the end", async () => {
    const source = new Source();
    source.push({ n: 1 }, failure);
    expect(await whole(source)).toBe(
      'data: {"n":1}\n\n' +
        'data: {"type":"error","status":502,"detail":"model_unavailable: retry","retry_after":5}\n\n' +
        "data: [DONE]\n\n",
    );
    expect(logger.messages("error")).toEqual(["request failed"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("names no time to wait where waiting cannot help", async () => {
    const source = new Source();
    source.push({ n: 1 }, new AppError("conflict", "session_busy", "busy"));
    expect(await whole(source, { format: "ndjson" })).toBe(
      '{"n":1}\n{"type":"error","status":409,"detail":"session_busy: busy"}\n',
    );
  });

  it("that is a bug shows the request id and nothing else", async () => {
    const source = new Source();
    source.push({ n: 1 }, new TypeError("secret detail"));
    const text = await whole(source, { format: "ndjson" });
    expect(text).toContain('{"type":"error","status":500,"detail":"internal_error: request req_1"}');
    expect(text).not.toContain("secret");
  });
});

describe("a server that stops", () => {
  it("tells a stream that waits, ends it and its work", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { state } = reader(await open(source, { format: "ndjson" }));
    await settled();
    stopping.abort();
    await settled();
    expect(state.closed).toBe(true);
    expect(state.text).toBe(
      '{"n":1}\n{"type":"error","status":503,' +
        '"detail":"unavailable: the server is starting, stopping or full","retry_after":5}\n',
    );
    source.push({ n: 2 });
    await settled();
    expect(source.ended).toBe(true);
    expect(logger.messages("error")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is forgotten by a stream that has ended", async () => {
    const removed = vi.spyOn(stopping.signal, "removeEventListener");
    const source = new Source();
    source.push({ n: 1 }, "end");
    await whole(source);
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe("a reader", () => {
  it("who leaves ends the work and the keep-alive", async () => {
    const source = new Source();
    source.push({ n: 1 }, { n: 2 });
    const { state, cancel } = reader(await open(source));
    await settled();
    const left = cancel();
    source.push("end");
    await left;
    expect(source.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * KEEP_ALIVE_MS);
    expect(state.text).not.toContain("keep-alive");
    expect(logger.messages("error")).toEqual([]);
  });

  it("who leaves just before the next frame is no failure of ours", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { cancel } = reader(await open(source));
    await settled();
    const left = cancel();
    source.push({ n: 2 });
    await left;
    await settled();
    expect(source.ended).toBe(true);
    expect(logger.messages("error")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("whose leaving ended the model's work is no failure of ours", async () => {
    const source = new Source();
    source.push({ n: 1 });
    const { cancel } = reader(await open(source));
    await settled();
    const left = cancel();
    source.push(new AbortedError());
    await left.catch(() => {}); // expected: the work ended with that error
    expect(logger.messages("error")).toEqual([]);
  });

  it("who is slow slows the work down", async () => {
    const source = new Source();
    source.push(...Array.from({ length: 50 }, (_, n) => ({ n })), "end");
    const response = await open(source);
    await settled();
    expect(source.asked).toBeLessThan(5);
    expect((await response.text()).match(/"n":/g)).toHaveLength(50);
  });
});
