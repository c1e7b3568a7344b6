import type { ModelMessage } from "../../core/chat/ports.ts";
import { CONTEXT_LEAD } from "../../core/chat/prompt.ts";
import { MAX_PASSAGE_LENGTH } from "./passages.ts";
import { sentencesOf } from "./sentences.ts";

/** Embedding costs about 20 ms a sentence. */
const MAX_EARLIER_SENTENCES = 24;

/** What the user wrote, oldest first; the last one is to be answered. */
export function userTexts(messages: readonly ModelMessage[]): string[] {
  return messages.flatMap(({ role, text }) =>
    // Facts of the caller's program arrive as a message of the user, but nobody said them.
    role === "user" && !text.startsWith(CONTEXT_LEAD) ? [text.replace(/^\[image\] /, "")] : [],
  );
}

const NO_STATEMENT =
  /^(?:what|who|whose|which|when|where|why|how|is|are|am|was|were|do|does|did|can|could|will|would|should|may|has|have|tell|explain|show|give|list|describe|write|translate|compare|analy[sz]e|calculate|compute|please|help|thanks|thank|hi|hello|hey|ok|okay|yes|no)\b|\?\W*$/i;

/** The newest sentences of the user that state something, oldest first. */
export function statementsIn(texts: readonly string[]): string[] {
  const statements = texts
    .flatMap(sentencesOf)
    .map(withoutGreeting)
    .filter((sentence) => !NO_STATEMENT.test(sentence));
  return [...new Set(statements.map((sentence) => sentence.slice(0, MAX_PASSAGE_LENGTH)))].slice(
    -MAX_EARLIER_SENTENCES,
  );
}

function withoutGreeting(sentence: string): string {
  const rest = sentence.replace(/^(?:hi|hello|hey)(?: there| agent t)?[,!.]\s*/i, "");
  return rest === "" ? sentence : rest;
}

const ASKS_FOR_EARLIER_MESSAGE =
  /^(?:and )?(?:(?:do you remember |can you tell me |tell me )?what (?:did i|have i|was i|i)(?: just)? (?:ask(?:ed|ing)?|say(?:ing)?|said|tell|told|write|wrote|written|mention(?:ed)?)(?: (?:you|me))?(?: about)?|what(?: was|'s|’s| is) (?:my|the)(?: very)? (?:last|previous|first) (?:question|message))(?: (?:before|earlier|just now|first|last|previously|a moment ago|at first))*\W*$/i;

/** The earlier message such a question asks for: null when there is none, undefined for any other question. */
export function earlierMessageAskedFor(message: string, earlier: readonly string[]): string | null | undefined {
  if (!ASKS_FOR_EARLIER_MESSAGE.test(message.trim())) return undefined;
  const asked = /\bfirst\b/i.test(message) ? earlier[0] : earlier.at(-1);
  return asked?.trim() ?? null;
}

/** True when a question is about the one who asks, so that the conversation may know more than the library. */
export function isPersonal(question: string): boolean {
  return /\b(?:i|i'm|i’m|me|my|mine|we|our|ours|us|earlier|remember|told)\b/i.test(question);
}

/** True for a question that only the one who asks can have answered: no document knows anybody's name. */
export function isAboutOneself(question: string): boolean {
  return /\b(?:who am i|how old am i|where do i (?:live|work)|my (?:(?:first|last|full|own) )?(?:name|age|birthday|job|favou?rite \w+))\W*$/i.test(
    question,
  );
}

const TELLS_ABOUT_ONESELF =
  /^(?:my name is|call me|i am called|remember|(?:my|our) (?:\S+ ){1,4}(?:is|are|was|were))\b/i;
const TELLS_NAME = /^I(?:'m|’m| am) \p{Lu}\S*$/u;

/** True for statements such as "My name is Ada.", which ask nothing. */
export function isRemark(message: string): boolean {
  const text = withoutGreeting(message.trim());
  return text.length <= 200 && !text.includes("?") && (TELLS_ABOUT_ONESELF.test(text) || TELLS_NAME.test(text));
}

/** True for a question that leans on the one before it: "And how long is it?", "Why?". */
export function isFollowUp(message: string): boolean {
  if (message.length > 200) return false;
  return (
    /^\W*(?:and|or|but|so|why|how so|how come|what about|how about|tell me more|more|really)\b/i.test(message) ||
    /\b(?:it|its|they|them|their|that|this|these|those|one|ones|there)\b/i.test(message)
  );
}

const NEXT_QUESTION = /,? and (?=(?:what|who|when|where|why|how|which|can|is|are|do|does)\b)/i;
const MAX_QUESTIONS = 3;

/** What of a message to search for, each by itself: its questions when it has any, else all of it. */
export function questionsIn(message: string): string[] {
  const questions = sentencesOf(message).filter((sentence) => sentence.endsWith("?"));
  if (questions.length === 0) return [message.trim()];
  return questions.flatMap((question) => question.split(NEXT_QUESTION)).slice(-MAX_QUESTIONS);
}
