// Tokenizers of today's models make about one token of four English characters ("1 token ~= 4 chars in English",
// OpenAI's help page on tokens), fewer characters of code and digits, and about one token of each Chinese, Japanese
// or Korean character. 3.6 bytes a token leaves a tenth of reserve; other scripts have two or three bytes a character
// in UTF-8, which follows their lower yield. Counted in thirty-sixths of a token, so that nothing is rounded midway.
const TOKEN = 36;
const BYTE = 10;

/** How many model tokens a text is likely to have: cheap, without a tokenizer, and rather too many than too few. */
export function estimateModelTokens(text: string): number {
  let units = 0;
  for (const character of text) units += unitsOf(character);
  return Math.ceil(units / TOKEN);
}

/** The longest beginning of a text that `estimateModelTokens` puts at no more than `limit`. */
export function cutToModelTokens(text: string, limit: number): string {
  let units = 0;
  let length = 0;
  for (const character of text) {
    units += unitsOf(character);
    if (units > limit * TOKEN) return text.slice(0, length);
    length += character.length;
  }
  return text;
}

function unitsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return BYTE;
  if (code < 0x800) return 2 * BYTE;
  // Emoji and rare characters are spelled out byte by byte, in two tokens or more.
  if (code > 0xffff) return 2 * TOKEN;
  return isEastAsian(code) ? TOKEN : 3 * BYTE;
}

// Radicals, kana, ideographs and their punctuation; Hangul; compatibility ideographs; full-width forms.
function isEastAsian(code: number): boolean {
  return (
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xffef)
  );
}
