const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;

/** Words that say nothing about what a question is about. */
const STOP_WORDS = new Set(
  `a about after again all also am an and any anyone anything are as ask at be because been before being between both but by
   can could define describe did do does doing done each else ever every explain for from get gets give go goes got had has
   have having he her here hers him his how i if in into is it its itself just let like make makes many may me mean meaning
   means might mine more most much must my myself no nor not now of off on once one only or other our ours out over own
   please question really same say see shall she should show simple simply so some somebody someone something such tell term
   terms than that the their them then there these they thing things this those through to too under until up us use used
   very was way we well were what when where which while who whom whose why will with without word words would yes you your
   yours`.split(/\s+/),
);

/** Words of a text in a common form (lower case, plural and usual endings taken off), stop words left out. */
export function termsOf(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .replace(/[’']s\b/g, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

function stem(word: string): string {
  const singular = word
    .replace(/ie[sd]$/, "y")
    .replace(/(?<=ss|sh|ch|x)es$/, "")
    .replace(/(?<=[^s])s$/, "");
  if (singular.length < 4) return singular;
  return singular
    .replace(/(?:ations?|ators?|ated?|ating)$/, "at")
    .replace(/(?<=...)(?:ing|ed|er)$/, "")
    .replace(/e$/, "")
    .replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}

/** Okapi BM25 over a fixed list of texts. */
export class Bm25 {
  private readonly counts: Map<string, number>[];
  private readonly lengths: number[];
  private readonly averageLength: number;
  private readonly documentsWith = new Map<string, number>();

  constructor(texts: readonly string[]) {
    const terms = texts.map(termsOf);
    this.lengths = terms.map((list) => list.length);
    this.averageLength = this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, texts.length) || 1;
    this.counts = terms.map(countTerms);
    for (const counts of this.counts) {
      for (const term of counts.keys()) this.documentsWith.set(term, (this.documentsWith.get(term) ?? 0) + 1);
    }
  }

  /** One score a text, in order; 0 where no word of the query occurs. */
  scores(query: string): number[] {
    const terms = [...new Set(termsOf(query))];
    return this.counts.map((counts, index) => {
      const norm = SATURATION * (1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * (this.lengths[index] ?? 0)) / this.averageLength);
      return terms.reduce((sum, term) => {
        const count = counts.get(term) ?? 0;
        return sum + (this.rarity(term) * count * (SATURATION + 1)) / (count + norm);
      }, 0);
    });
  }

  rarity(term: string): number {
    const documents = this.documentsWith.get(term) ?? 0;
    return Math.log(1 + (this.counts.length - documents + 0.5) / (documents + 0.5));
  }
}

function countTerms(terms: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
