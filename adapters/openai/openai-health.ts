import type { OpenAI } from "openai";
import { modelFailure, ProtocolError } from "./errors.ts";
import { untilAborted } from "./until-aborted.ts";
import { entriesOf } from "./wire.ts";

/** Asks for the list of models, which costs no model tokens; throws when the server does not answer as it should. */
export async function checkOpenAi(client: OpenAI, signal: AbortSignal): Promise<void> {
  try {
    const reply: unknown = await untilAborted(client.get("/models", { maxRetries: 0, timeout: 5_000, signal }), signal);
    if (entriesOf(reply) === undefined) throw new ProtocolError("the server's list of models is no list");
  } catch (error) {
    throw modelFailure(error, signal);
  }
}
