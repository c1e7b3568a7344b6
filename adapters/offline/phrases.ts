const CONNECT =
  "set OPENAI_API_KEY, or OPENAI_BASE_URL for any OpenAI-compatible server (for example Ollama or llama.cpp), " +
  "then restart Agent T";

const INTRODUCTION =
  "I am the embedded answerer of Agent T: I quote from a small library about Cardano and Agent T, work out sums, and " +
  "measure pictures. I am not a language model";

export const NOTHING_FOUND =
  "I found nothing that answers this in my small library, which covers Cardano and Agent T itself. I only quote " +
  `documents and cannot answer open questions. To connect a real language model, ${CONNECT}.`;

export const NOTED = "Noted. I can quote this back to you later in this conversation.";

export const NOT_TOLD = "You have not told me that in this conversation, as far as I can see it.";

export const FIRST_MESSAGE = "I see no earlier message of yours in this conversation.";

export const DOES_NOT_SEE =
  "I measure pictures but do not see what they show. To have pictures described, connect a language model that sees: " +
  `${CONNECT}.`;

export const toolFailed = (tool: string, problem: string): string =>
  `The ${tool.replaceAll("_", " ")} could not do this: ${problem.replace(/[.\s]+$/, "")}.`;

const MAX_QUOTE_LENGTH = 500;

export function earlierYouSaid(text: string): string {
  const short = text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH).trimEnd()}…` : text;
  return `Earlier you said: "${short}"`;
}

const AGENT = "(?:[ ,]+(?:there|again|all|everyone|agent t|agent|friend))*";

const SMALL_TALK: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(`^(?:hi|hello|hey|hiya|howdy|greetings|gm|good (?:morning|afternoon|evening|day))${AGENT}$`),
    `Hello! ${INTRODUCTION}. What would you like to know?`,
  ],
  [
    new RegExp(`^(?:many )?(?:thanks|thank you|thx|cheers)(?: so much| very much| a lot| for .{1,60})?${AGENT}$`),
    "You are welcome! Ask me anything about Cardano or Agent T.",
  ],
  [new RegExp(`^(?:bye|bye bye|goodbye|good night|see you|see you later|cya)${AGENT}$`), "Goodbye, and see you soon!"],
  [
    new RegExp(`^how (?:are you|is it going|do you do)(?: doing| today)?${AGENT}$`),
    `All is well here, thank you. ${INTRODUCTION}. How can I help?`,
  ],
  [
    /^(?:and )?(?:who|what) (?:are|r) you$|^what(?: is|'s|’s) your name$|^(?:please )?introduce yourself$/,
    `${INTRODUCTION}. To connect one, ${CONNECT}.`,
  ],
  [
    /^(?:are|r) you (?:an? )?(?:ai|llm|language model|bot|robot|human|person|machine|chatgpt|gpt|real)(?: .{1,30})?$/,
    `${INTRODUCTION}, and no person either: I search documents and quote them. To connect a language model, ${CONNECT}.`,
  ],
  [
    /^(?:please )?help(?: me)?$|^what (?:can|do) you do(?: for me)?$|^how can you help(?: me)?$|^what can i ask(?: you)?$/,
    `${INTRODUCTION}. Try "What is Cardano?", "How do I connect a model?" or "What is 12.5 % of 3480?". ` +
      `For open questions, connect a language model: ${CONNECT}.`,
  ],
];

/** The answer to a greeting, thanks or a question about who is answering; undefined for all else. */
export function smallTalkAnswer(message: string): string | undefined {
  if (message.length > 100) return undefined;
  const plain = message
    .toLowerCase()
    .replace(/[!?.…\s]+/g, " ")
    .trim();
  return SMALL_TALK.find(([pattern]) => pattern.test(plain))?.[1];
}
