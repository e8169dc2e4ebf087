import { h } from "./dom.js";
import { ngramOverlap } from "./ngrams.js";
import { showText } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./ngrams.js").Overlap} Overlap */
/** @typedef {import("./ngrams.js").Counted} Counted */

/** More n-grams than this in one cell are counted, not listed. */
const LISTED = 40;

/**
 * Which n-grams of a translation a reference has: the translation with each word underlined as
 * often as the longest match around it is long, and the n-grams in a table.
 *
 * @param {string} system
 * @param {string} hypothesis
 * @param {string} reference
 * @param {string} language of both
 * @param {boolean} invisible whether characters that show nothing get a stand-in
 */
export function ngramPanel(system, hypothesis, reference, language, invisible) {
  const { overlaps, tokens, reach } = ngramOverlap(hypothesis, reference, language);
  const spans = tokens.map(({ start, end }, index) => ({
    start,
    end,
    className: `reach reach${reach[index]}`,
    title: reachInWords(reach[index]),
  }));
  const text = h("p", { class: "text", lang: language, dir: "auto" });
  showText(text, [{ kind: "same", text: hypothesis }], { search: null, invisible, spans });
  const heads = ["n", say("ngrams.matched"), say("ngrams.extra"), say("ngrams.missing")];
  const head = h("tr", {}, ...heads.map((name) => h("th", { scope: "col" }, name)));
  const rows = overlaps
    .filter((overlap) => overlap.given || overlap.wanted)
    .map((overlap) => overlapRow(overlap, language));
  return h(
    "section",
    { class: "ngrams", "aria-label": say("ngrams.of", { system }) },
    h("p", { class: "who" }, system),
    text,
    h("div", { class: "scroll" }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows))),
  );
}

/** @param {number} order */
function reachInWords(order) {
  return order ? say("ngrams.part", { order }) : say("ngrams.absent");
}

/** @param {Overlap} overlap @param {string} language */
function overlapRow({ order, matches, given, wanted, matched, extra, missing }, language) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, String(order)),
    ngramCell(say("list.of", { place: matches, size: given }), matched, language),
    ngramCell(String(given - matches), extra, language),
    ngramCell(say("list.of", { place: wanted - matches, size: wanted }), missing, language),
  );
}

/** @param {string} figure @param {Counted[]} ngrams @param {string} language */
function ngramCell(figure, ngrams, language) {
  const more = ngrams.length - LISTED;
  const items = ngrams
    .slice(0, LISTED)
    .map(({ text, count: times }) =>
      h("li", {}, h("span", { lang: language, dir: "auto" }, text), times > 1 ? ` ×${times}` : null),
    );
  return h(
    "td",
    {},
    h("b", {}, figure),
    h(
      "ul",
      { class: "ngram-list" },
      ...items,
      more > 0 ? h("li", { class: "none" }, say("more", { count: more })) : null,
    ),
  );
}
