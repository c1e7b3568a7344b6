import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "../core/shared/ports.ts";
import { type ErrorPlace, errorAnswer } from "./errors.ts";

const KEEP_ALIVE_MS = 15_000;

export type Frame = Record<string, unknown>;

export interface StreamOptions {
  format: "sse" | "ndjson";
  /** Aborts when the server stops and cannot wait any longer: the stream then says so and ends. */
  stopping: AbortSignal;
  place: ErrorPlace;
  logger: Logger;
}

/** `text/event-stream`, or one object a line for who asks for `application/x-ndjson`. */
export function wantedFormat(accept: string | null): StreamOptions["format"] {
  return accept?.toLowerCase().includes("application/x-ndjson") ? "ndjson" : "sse";
}

/**
 * Sends frames as they come. The first is taken before the response begins, so that an early failure is an ordinary
 * error; a later one is an `error` frame. A slow reader slows the frames, one that leaves ends them.
 */
export async function streamResponse(frames: AsyncGenerator<Frame>, options: StreamOptions): Promise<Response> {
  const first = await frames.next();
  const encoder = new TextEncoder();
  const write = WRITERS[options.format];
  let pending: Promise<IteratorResult<Frame>> | undefined = Promise.resolve(first);
  let keepAlive: NodeJS.Timeout | undefined;
  const stopped = rejectOnAbort(options.stopping);
  let over = false;
  const finish = () => {
    over = true;
    clearTimeout(keepAlive);
    stopped.forget();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        keepAlive = setTimeout(() => {
          controller.enqueue(encoder.encode(write.keepAlive));
          keepAlive?.refresh();
        }, KEEP_ALIVE_MS);
      },
      async pull(controller) {
        // A reader may leave while a frame is on its way.
        const send = (text: string) => {
          if (over || text === "") return;
          keepAlive?.refresh();
          controller.enqueue(encoder.encode(text));
        };
        try {
          // Frames that follow from each other without a pause would all wait for the last one before any is sent.
          if (pending === undefined) await nextTurn();
          pending ??= frames.next();
          const step = await Promise.race([pending, stopped.promise]);
          pending = undefined;
          if (!step.done) return send(write.frame(step.value));
        } catch (error) {
          send(write.frame(errorFrame(error, options)));
          void frames.return(undefined).catch(() => {}); // best effort: it has failed or is being stopped
        }
        if (over) return;
        send(write.end);
        finish();
        controller.close();
      },
      async cancel() {
        finish();
        await frames.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { headers: write.headers });
}

const NO_BUFFERING = { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" };

const WRITERS = {
  sse: {
    headers: { "content-type": "text/event-stream; charset=utf-8", ...NO_BUFFERING },
    frame: (frame: Frame) => `data: ${JSON.stringify(frame)}\n\n`,
    keepAlive: ": keep-alive\n\n",
    end: "data: [DONE]\n\n",
  },
  ndjson: {
    headers: { "content-type": "application/x-ndjson; charset=utf-8", ...NO_BUFFERING },
    frame: (frame: Frame) => `${JSON.stringify(frame)}\n`,
    keepAlive: '{"type":"ping"}\n',
    end: "",
  },
};

function errorFrame(error: unknown, options: StreamOptions): Frame {
  const { status, headers, body } = errorAnswer(error, options.place, options.logger);
  const retryAfter = headers["retry-after"];
  return {
    type: "error",
    status,
    detail: body.detail,
    ...(retryAfter === undefined ? {} : { retry_after: Number(retryAfter) }),
  };
}

function rejectOnAbort(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  let forget = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new DOMException("the server stops", "AbortError"));
    forget = () => signal.removeEventListener("abort", stop);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  promise.catch(() => {}); // expected: most streams end before the server does
  return { promise, forget: () => forget() };
}
