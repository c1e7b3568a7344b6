import type { OpenAI } from "openai";
import { modelFailure, ProtocolError } from "./errors.ts";
import { entriesOf, textOf } from "./wire.ts";

interface ListedModel {
  name: string;
  /** Prompt and answer together; undefined when the server does not tell. */
  contextTokens: number | undefined;
}

/** Where servers write the window of a model: OpenRouter, vLLM, Groq. */
const WINDOW_FIELDS = ["context_length", "max_model_len", "context_window"];

/** The models a server says it has, asked for once; a failure is asked again. */
export class ModelList {
  private readonly client: OpenAI;
  private asked: Promise<ListedModel[]> | undefined;

  constructor(client: OpenAI) {
    this.client = client;
  }

  async firstName(): Promise<string> {
    const [first] = await this.models();
    if (first !== undefined) return first.name;
    this.asked = undefined; // it may load one later
    throw modelFailure(new ProtocolError("the server lists no model"));
  }

  /** Undefined when the server does not tell, for whatever reason. */
  async contextTokens(name: string): Promise<number | undefined> {
    try {
      return (await this.models()).find((model) => model.name === name)?.contextTokens;
    } catch {
      return undefined; // best effort: not every server has a list, and its models answer all the same
    }
  }

  private models(): Promise<ListedModel[]> {
    this.asked ??= this.ask().catch((error: unknown) => {
      this.asked = undefined;
      throw modelFailure(error);
    });
    return this.asked;
  }

  private async ask(): Promise<ListedModel[]> {
    const entries = entriesOf(await this.client.get("/models", { maxRetries: 1, timeout: 5_000 }));
    if (entries === undefined) throw new ProtocolError("the server's list of models is no list");
    return entries.filter((entry) => textOf(entry.id) !== "").map(listed);
  }
}

function listed(entry: Record<string, unknown>): ListedModel {
  const windows = WINDOW_FIELDS.map((field) => Number(entry[field]));
  return {
    name: textOf(entry.id),
    contextTokens: windows.find((tokens) => Number.isSafeInteger(tokens) && tokens > 0),
  };
}
