import { tokenize } from "./diff.js";

const MAX_ORDER = 4;

/** A token that is not a space, with its place in the text. @typedef {{ text: string, start: number, end: number }} Token */
/** An n-gram and how often it counts. @typedef {{ text: string, count: number }} Counted */

/**
 * What two texts share, for one length of n-grams. Each occurrence counts, as in BLEU: a translation
 * that repeats a word matches it only as often as the reference has it.
 *
 * @typedef {object} Overlap
 * @property {number} order
 * @property {number} matches occurrences in both
 * @property {number} given occurrences in the hypothesis
 * @property {number} wanted occurrences in the reference
 * @property {Counted[]} matched
 * @property {Counted[]} extra in the hypothesis only
 * @property {Counted[]} missing in the reference only
 */

/**
 * The n-grams of a hypothesis that a reference has, too, for orders 1 to 4. Tokens are words,
 * numbers and punctuation marks as they stand, or characters where words aren't set apart.
 *
 * @param {string} hypothesis
 * @param {string} reference
 * @param {string} language of both, BCP 47
 * @returns {{ overlaps: Overlap[], tokens: Token[], reach: Uint8Array }} `reach` is the order of
 *   the longest matched n-gram around each token of the hypothesis, 0 for none
 */
export function ngramOverlap(hypothesis, reference, language) {
  const tokens = placedTokens(hypothesis, language);
  const others = placedTokens(reference, language);
  const reach = new Uint8Array(tokens.length);
  const overlaps = [];
  for (let order = 1; order <= MAX_ORDER; order += 1) {
    const left = new Map();
    for (let at = 0; at + order <= others.length; at += 1) count(left, ngramText(reference, others, at, order), 1);
    const [matched, extra] = [new Map(), new Map()];
    for (let at = 0; at + order <= tokens.length; at += 1) {
      const ngram = ngramText(hypothesis, tokens, at, order);
      const found = left.get(ngram) > 0;
      count(found ? matched : extra, ngram, 1);
      if (!found) continue;
      count(left, ngram, -1);
      reach.fill(order, at, at + order);
    }
    overlaps.push(summarize(order, matched, extra, left));
  }
  return { overlaps, tokens, reach };
}

/** @param {string} text @param {string} language @returns {Token[]} */
function placedTokens(text, language) {
  let end = 0;
  const tokens = tokenize(text, language).map((token) => ({ text: token, start: end, end: (end += token.length) }));
  return tokens.filter((token) => token.text.trim());
}

/** An n-gram as its text, with whatever space is in it as one space. @param {string} text @param {Token[]} tokens @param {number} at @param {number} order */
function ngramText(text, tokens, at, order) {
  return text.slice(tokens[at].start, tokens[at + order - 1].end).replace(/\s+/gu, " ");
}

/** @param {Map<string, number>} counts @param {string} key @param {number} by */
function count(counts, key, by) {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/**
 * @param {number} order
 * @param {Map<string, number>} matched
 * @param {Map<string, number>} extra
 * @param {Map<string, number>} left what is left of the reference's
 * @returns {Overlap}
 */
function summarize(order, matched, extra, left) {
  const [shared, ours, theirs] = [matched, extra, left].map(listed);
  const matches = total(shared);
  return {
    order,
    matches,
    given: matches + total(ours),
    wanted: matches + total(theirs),
    matched: shared,
    extra: ours,
    missing: theirs,
  };
}

/** @param {Map<string, number>} counts @returns {Counted[]} */
function listed(counts) {
  return [...counts].filter(([, times]) => times > 0).map(([text, times]) => ({ text, count: times }));
}

/** @param {Counted[]} ngrams */
function total(ngrams) {
  return ngrams.reduce((sum, ngram) => sum + ngram.count, 0);
}
