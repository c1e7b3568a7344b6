import { calculationIn } from "./arithmetic.ts";

/** How the answerer, who cannot reason about tools, knows when to call one and what to say afterwards. */
export interface ToolRoute {
  tool: string;
  /** The tool's arguments when the message asks for it, else undefined. */
  argumentsFor(message: string): Record<string, unknown> | undefined;
  /** What to say when the tool has worked. */
  reply(message: string, result: string): string;
}

const calculator: ToolRoute = {
  tool: "calculator",
  argumentsFor(message) {
    const calculation = calculationIn(message);
    return calculation && { expression: calculation.expression };
  },
  reply(message, result) {
    const [, sign = "=", value = result] = /([=≈])\s*([^=≈]+)$/.exec(result) ?? [];
    return `${calculationIn(message)?.shown ?? "The result"} ${sign} ${value.trim()}.`;
  },
};

const POLICY_ID = /\b[0-9a-f]{56}\b/i;
const ASKS_FOR_ANALYSIS = /\b(?:analy[sz]e|analysis|check|audit|rate|risks?|risky|safe|scam|rug ?pull|legit)\b/i;
/** Where the name of a token stands in such a message; words in capitals are taken for names. */
const TOKEN_PLACES: readonly RegExp[] = [
  /\$([a-z][a-z0-9]{0,31})\b/i,
  /\b(?:[Aa]naly[sz]e|[Aa]udit|[Cc]heck|[Rr]ate|[Ii]s|[Oo]f|[Ff]or)\s+(?:the\s+)?(?:token\s+)?([A-Z][A-Z0-9]{1,31})\b/,
  /\b([A-Z][A-Z0-9]{1,31})\s+(?:token|risks?|safe|legit)\b/,
  /\banaly[sz]e\s+(?:the\s+)?(?:token\s+)?([a-z][a-z0-9]{1,31})(?:\s+token)?\W*$/i,
];
const NO_TOKEN = /^(?:an?|all|data|everything|it|me|my|nfts?|that|the|them|these|this|those|tokens?)$/i;

const tokenAnalysis: ToolRoute = {
  tool: "token_analysis",
  argumentsFor(message) {
    if (!ASKS_FOR_ANALYSIS.test(message)) return undefined;
    const policyId = POLICY_ID.exec(message)?.[0].toLowerCase();
    const rest = message.replace(POLICY_ID, "").trim();
    const token = TOKEN_PLACES.map((place) => place.exec(rest)?.[1]).find((name) => name && !NO_TOKEN.test(name));
    if (token === undefined) return undefined;
    return policyId === undefined ? { token } : { token, policyId };
  },
  reply: (_message, result) => result,
};

export const TOOL_ROUTES: readonly ToolRoute[] = [calculator, tokenAnalysis];
