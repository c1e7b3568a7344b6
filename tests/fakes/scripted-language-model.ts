import type { LanguageModel, ModelEvent, ModelProfile, ModelRequest, ModelTokenUsage } from "../../core/chat/ports.ts";
import { AbortedError } from "../../core/shared/errors.ts";
import type { Clock } from "../../core/shared/ports.ts";

/** `hang`: says nothing until its caller leaves. `cut`: stops without an end. An error is thrown. */
export type ScriptStep = ModelEvent | Error | "hang" | "cut" | { pauseMs: number };

export const says = (text: string): ModelEvent => ({ type: "text", text });

export const thinks = (text: string): ModelEvent => ({ type: "reasoning", text });

export const calls = (name: string, args: string, id = "c1"): ModelEvent => ({
  type: "tool-call",
  call: { id, name, args },
});

export const ends = (
  reason: Extract<ModelEvent, { type: "end" }>["reason"] = "stop",
  usage?: ModelTokenUsage,
): ModelEvent => ({ type: "end", reason, model: "scripted-1", usage });

/** A model that says what a test has written down, round by round, and else repeats what it was asked. */
export class ScriptedLanguageModel implements LanguageModel {
  /** Every round that was asked for. */
  readonly requests: ModelRequest[] = [];
  /** How many rounds run at this moment. */
  running = 0;
  /** What `profile` gives. */
  known: ModelProfile = {
    ...{ provider: "scripted", model: "scripted-1", seesImages: true },
    ...{ contextTokens: undefined, summarises: true },
  };
  private readonly clock: Clock;
  private readonly rounds: ScriptStep[][] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The steps of the next round not written down yet; its end may be left out. */
  next(...steps: ScriptStep[]): void {
    this.rounds.push(steps);
  }

  async profile(): Promise<ModelProfile> {
    return this.known;
  }

  async *answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    this.requests.push(structuredClone(request));
    const steps = this.rounds.shift() ?? [says(`echo: ${request.messages.at(-1)?.text}`)];
    this.running++;
    try {
      for (const step of steps) {
        if (step === "cut") return;
        yield* this.play(step, signal);
      }
      if (!steps.some(isEnd)) yield* this.play(ends(steps.some(isCall) ? "tool-calls" : "stop"), signal);
    } finally {
      this.running--;
    }
  }

  private async *play(step: Exclude<ScriptStep, "cut">, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    if (step === "hang") await aborted(signal);
    else if (step instanceof Error) throw step;
    else if ("pauseMs" in step) await this.clock.sleep(step.pauseMs, signal);
    if (signal.aborted) throw new AbortedError();
    if (typeof step === "object" && "type" in step) yield step;
  }
}

const isEnd = (step: ScriptStep): boolean => typeof step === "object" && "type" in step && step.type === "end";
const isCall = (step: ScriptStep): boolean => typeof step === "object" && "type" in step && step.type === "tool-call";

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
