/** A text, or one for each way that its language has to count. @typedef {string | { one?: string, other: string }} Words */

const speech = { words: /** @type {Map<string, Words>} */ (new Map()), code: "en" };
let plurals = new Intl.PluralRules("en");
let numerals = new Intl.NumberFormat("en");

/**
 * Take the words of a language; the page does this before anything is shown.
 *
 * @param {string} code BCP 47
 * @param {Iterable<readonly [string, Words]>} words by key, from the tables in `mtqe/report/page/words`
 */
export function useWords(code, words) {
  speech.code = code;
  speech.words = new Map(words);
  plurals = new Intl.PluralRules(code);
  numerals = new Intl.NumberFormat(code);
}

/**
 * Words of the page's language. `{name}` in them stands for a value; `count` chooses the plural.
 *
 * @param {string} key
 * @param {{ [name: string]: string | number }} [values]
 */
export function say(key, values = {}) {
  const known = new Map(Object.entries(values));
  const words = speech.words.get(key) ?? key;
  const text = typeof words === "string" ? words : chosen(words, Number(known.get("count")));
  return text.replace(/\{(\w+)\}/g, (all, name) => {
    const value = known.get(name) ?? all;
    return typeof value === "number" ? thousands(value) : value;
  });
}

/** @param {{ one?: string, other: string }} words @param {number} count */
function chosen({ one, other }, count) {
  return plurals.select(count) === "one" ? (one ?? other) : other;
}

/** The page's language, BCP 47. */
export function languageCode() {
  return speech.code;
}

/** A number as the language groups its digits; the format is made once, because that takes long. @param {number} value */
export function thousands(value) {
  return numerals.format(value);
}
