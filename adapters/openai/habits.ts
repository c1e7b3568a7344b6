import { APIError } from "openai";

type LimitField = "max_tokens" | "max_completion_tokens";
type JsonMode = "json_schema" | "json_object";
type Refusable = "temperature" | "top_p" | "stream_options" | "tools";

/** What one model of one server understands, as far as we know; its refusals teach us more. */
export interface Habits {
  /** Names of the limit on the answer that were not refused yet; the first one is sent. */
  limitFields: readonly LimitField[];
  /** The longest answer the server grants, in model tokens. */
  answerTokens: number;
  /** Forms of `response_format` that were not refused yet, best first. */
  jsonModes: readonly JsonMode[];
  refused: readonly Refusable[];
}

export interface Lesson {
  parameter: string;
  /** False when the value was at fault: another request may do better. */
  lasting: boolean;
  /** Without effect on habits that know it already: requests side by side learn the same. */
  applyTo(habits: Habits): Habits;
}

type Body = Readonly<Record<string, unknown>>;

export function firstHabits(provider: "openai" | "openai-compatible"): Habits {
  return {
    limitFields:
      provider === "openai" ? ["max_completion_tokens", "max_tokens"] : ["max_tokens", "max_completion_tokens"],
    answerTokens: Number.MAX_SAFE_INTEGER,
    jsonModes: ["json_schema", "json_object"],
    refused: [],
  };
}

/** How each parameter appears in the text of a refusal. */
const MENTIONS: Readonly<Record<Refusable | LimitField | "response_format", RegExp>> = {
  max_completion_tokens: /\bmax_completion_tokens\b/i,
  max_tokens: /\bmax_tokens\b/i,
  temperature: /\btemperature\b/i,
  top_p: /\btop_p\b/i,
  stream_options: /\bstream_options\b/i,
  response_format: /\b(?:response_format|json_schema|json_object)\b/i,
  tools: /\b(?:tools?|tool[ _]choice|function calling)\b/i,
};

const UNKNOWN = /unsupported|support|unrecogni[sz]ed|unknown|unexpected|extra[ _]|permitted|not allowed|requires/i;
const BAD_VALUE = /invalid|must be|between|range|expected|less than|greater than|at most|too (?:large|high)/i;
const LIMIT = /(?:at most|less than or equal to|<=|range of \S+ is \[\d+,)\s*`?(\d+)/i;

/** What the server taught when it refused `body`; undefined when the error teaches nothing. */
export function learn(error: unknown, body: Body): Lesson | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  const parameter = parameterNamed(error, body);
  if (parameter === undefined) return undefined;
  const text = `${String(error.code)} ${error.message}`;
  if (parameter === "max_tokens" || parameter === "max_completion_tokens") {
    return lessonOnLimit(parameter, text, Number(body[parameter]));
  }
  // A schema that the server cannot use is the caller's; the form itself may be understood.
  const lasting = UNKNOWN.test(text) && !/invalid[ _](?:json[ _])?schema/i.test(text);
  const mayBeValue = parameter !== "tools" && parameter !== "stream_options" && BAD_VALUE.test(text);
  if (!lasting && !mayBeValue) return undefined;
  if (parameter === "response_format") {
    const { type } = body.response_format as { type: string };
    return {
      parameter: type,
      lasting,
      applyTo: (habits) => ({ ...habits, jsonModes: habits.jsonModes.filter((mode) => mode !== type) }),
    };
  }
  return {
    parameter,
    lasting,
    applyTo: (habits) => ({ ...habits, refused: [...new Set([...habits.refused, parameter])] }),
  };
}

function parameterNamed(error: APIError, body: Body): keyof typeof MENTIONS | undefined {
  const sent = (Object.keys(MENTIONS) as (keyof typeof MENTIONS)[]).filter((name) => body[name] !== undefined);
  const field = error.param?.split(/[.[]/)[0];
  return (
    sent.find((name) => name === field) ??
    sent
      .map((name) => ({ name, at: error.message.search(MENTIONS[name]) }))
      .filter((mention) => mention.at >= 0)
      .sort((left, right) => left.at - right.at)[0]?.name
  );
}

function lessonOnLimit(parameter: LimitField, text: string, sent: number): Lesson | undefined {
  const granted = Number(LIMIT.exec(text)?.[1]);
  if (granted >= 1 && granted < sent) {
    const applyTo = (habits: Habits): Habits => ({ ...habits, answerTokens: Math.min(habits.answerTokens, granted) });
    return { parameter, lasting: true, applyTo };
  }
  // With the window it is the prompt that is too long, and the name is understood.
  if (!UNKNOWN.test(text) || /context (?:length|window)/i.test(text)) return undefined;
  return {
    parameter,
    lasting: true,
    applyTo: (habits) => ({ ...habits, limitFields: habits.limitFields.filter((name) => name !== parameter) }),
  };
}
