import { Bm25, termsOf } from "./bm25.ts";
import type { Passage } from "./passages.ts";

/** Weight of the best match by words; the sentence encoder alone mixes up names and numbers. */
const WORDS_WEIGHT = 0.2;
/** Taken off in proportion to the words of a question that no document contains: such a question is about something else. */
const UNKNOWN_WORDS_WEIGHT = 0.25;

/** How much a sentence gains from standing in a passage that fits. */
const PASSAGE_WEIGHT = 0.5;
const MAX_PASSAGES = 3;
const MAX_SENTENCES = 3;
/** Passages, and sentences of the best sentence's passage or of another one, further than this behind are left out. */
const PASSAGE_MARGIN = 0.2;
const SENTENCE_MARGIN = 0.15;
const FOREIGN_SENTENCE_MARGIN = 0.08;
/** What a sentence gains that defines what the question asks for; the encoder prefers short sentences to definitions. */
const DEFINITION_BONUS = 0.2;

/** A text to look for and its vector. */
export interface Question {
  text: string;
  vector: Float32Array;
}

export interface Quote {
  sentence: string;
  passage: Passage;
}

export interface SearchResult {
  /** Of the best passage, whatever the threshold; -1 in an empty index. */
  score: number;
  /** Best passages' best sentences in reading order; none below the threshold. */
  quotes: Quote[];
}

interface RankedPassage {
  sentences: RankedSentence[];
  score: number;
}

interface RankedSentence extends Quote {
  score: number;
  position: number;
}

interface AskedQuestion extends Question {
  /** Matches sentences that define what the question asks for. */
  definition: RegExp | undefined;
}

/** Passages with the vectors of their sentences, searched by meaning and by words together. */
export class SentenceIndex {
  private readonly passages: readonly Passage[];
  private readonly vectors: readonly (readonly Float32Array[])[];
  private readonly words: Bm25;
  private readonly vocabulary: ReadonlySet<string>;
  private readonly unknownWordsWeight: number;

  constructor(
    passages: readonly Passage[],
    vectors: readonly (readonly Float32Array[])[],
    unknownWordsWeight = UNKNOWN_WORDS_WEIGHT,
  ) {
    this.unknownWordsWeight = unknownWordsWeight;
    this.passages = passages;
    this.vectors = vectors;
    const texts = passages.map((passage) => `${passage.section} ${passage.sentences.join(" ")}`);
    this.words = new Bm25(texts);
    this.vocabulary = new Set(texts.flatMap(termsOf));
  }

  search(question: Question, threshold: number): SearchResult {
    const ranked = this.rankPassages({ ...question, definition: definitionOf(question.text) });
    const score = ranked[0]?.score ?? -1;
    return { score, quotes: score < threshold ? [] : bestSentences(question, ranked) };
  }

  /** Share of the question's telling words that no document contains, 0 to 1. */
  unknownShare(text: string): number {
    const terms = [...new Set(termsOf(text))];
    return terms.length === 0 ? 0 : terms.filter((term) => !this.vocabulary.has(term)).length / terms.length;
  }

  private rankPassages(question: AskedQuestion): RankedPassage[] {
    const byWords = shareOfBest(this.words.scores(question.text));
    const unknown = this.unknownWordsWeight * this.unknownShare(question.text);
    const ranked = this.passages.map((passage, index): RankedPassage => {
      const sentences = this.sentencesOf(passage, index, question);
      const byMeaning = Math.max(...sentences.map(({ score }) => score));
      return { sentences, score: byMeaning + WORDS_WEIGHT * (byWords[index] ?? 0) - unknown };
    });
    return ranked.sort((left, right) => right.score - left.score);
  }

  private sentencesOf(passage: Passage, index: number, question: AskedQuestion): RankedSentence[] {
    return passage.sentences.map((sentence, position) => {
      const vector = this.vectors[index]?.[position];
      const cosine = vector === undefined ? 0 : dot(vector, question.vector);
      const bonus = question.definition?.test(sentence) ? DEFINITION_BONUS : 0;
      return { sentence, passage, position, score: cosine + bonus };
    });
  }
}

function bestSentences(question: Question, ranked: readonly RankedPassage[]): Quote[] {
  const best = ranked[0]?.score ?? 0;
  const near = ranked.slice(0, MAX_PASSAGES).filter(({ score }) => score >= best - PASSAGE_MARGIN);
  const sentences = near.flatMap(({ sentences, score }) =>
    sentences.map((sentence) => ({ ...sentence, score: sentence.score + PASSAGE_WEIGHT * score })),
  );
  const byWords = shareOfBest(new Bm25(sentences.map(({ sentence }) => sentence)).scores(question.text));
  for (const [index, sentence] of sentences.entries()) sentence.score += WORDS_WEIGHT * (byWords[index] ?? 0);
  return readable(sentences.sort((left, right) => right.score - left.score));
}

/** The best few of sentences in order of score: the best one's passage first, each passage in reading order. */
function readable(ranked: readonly RankedSentence[]): Quote[] {
  const best = ranked[0];
  if (best === undefined) return [];
  const chosen = ranked.slice(0, MAX_SENTENCES).filter(({ passage, score }) => {
    return score >= best.score - (passage === best.passage ? SENTENCE_MARGIN : FOREIGN_SENTENCE_MARGIN);
  });
  const passages = [...new Set(chosen.map(({ passage }) => passage))];
  return chosen
    .sort(
      (left, right) =>
        passages.indexOf(left.passage) - passages.indexOf(right.passage) || left.position - right.position,
    )
    .map(({ sentence, passage }) => ({ sentence, passage }));
}

const DEFINITION_QUESTION =
  /^\W*(?:(?:what|who)(?:'s|’s| is| are| was)|(?:please )?(?:explain|define|describe)|tell me about|what do(?:es)?)\s+(?:an? |the )?(.+?)(?: mean| do| (?:good |used )?for| to me\b.*| in (?:simple|plain|short|other)\b.*)?\W*$/i;

/** Matches sentences that say what the subject of the question is; undefined when it asks for something else. */
function definitionOf(question: string): RegExp | undefined {
  const subject = DEFINITION_QUESTION.exec(question)?.[1]?.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return subject === undefined
    ? undefined
    : new RegExp(`^(?:An? |The |In an? )?${subject}(?:,[^,]*,)? (?:is|are|means|lets)\\b`, "i");
}

/** Cosine of two vectors of unit length. */
export function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

/** Scores as a share of the best one, 0 to 1. */
export function shareOfBest(scores: readonly number[]): number[] {
  const best = Math.max(0, ...scores);
  return scores.map((score) => (best === 0 ? 0 : score / best));
}
