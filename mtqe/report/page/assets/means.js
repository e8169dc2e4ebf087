import { systemLabel } from "./card.js";
import { formatScore, h, plural } from "./dom.js";

/** @typedef {import("./store.js").Store} Store */

/** Standard errors on each side of a mean: a normal 95% interval. */
const Z = 1.96;

/** A mean with the ends of its 95% interval; NaN where there is none. @typedef {{ mean: number, low: number, high: number, scored: number }} Mean */

/**
 * The mean segment score of each system by each metric over some rows.
 *
 * @param {Store} store
 * @param {Uint32Array} rows
 * @returns {Mean[][]} by system, then metric
 */
export function meanScores(store, rows) {
  return store.scores.map((columns) => columns.map((column) => mean(rows, (row) => column[row])));
}

/**
 * How much higher each system scores than another one, segment by segment.
 *
 * @param {Store} store
 * @param {Uint32Array} rows
 * @param {number} base index of the other system
 * @returns {Mean[][]} by system, then metric
 */
export function meanDifferences(store, rows, base) {
  return store.scores.map((columns) => columns.map((column, metric) => mean(rows, (row) => column[row] - store.scores[base][metric][row])));
}

/** @param {Uint32Array} rows @param {(row: number) => number} value NaN where there is none @returns {Mean} */
function mean(rows, value) {
  let scored = 0;
  let average = 0;
  let squares = 0;
  for (const row of rows) {
    const score = value(row);
    if (Number.isNaN(score)) continue;
    scored += 1;
    const gap = score - average;
    average += gap / scored;
    squares += gap * (score - average);
  }
  const margin = scored > 1 ? Z * Math.sqrt(squares / (scored - 1) / scored) : NaN;
  return { mean: scored ? average : NaN, low: average - margin, high: average + margin, scored };
}

/**
 * The means of the listed segments, and how far each system is from another one.
 *
 * @param {Store} store
 * @param {Uint32Array} rows
 * @param {string} baseName the other one
 */
export function meansTable(store, rows, baseName) {
  const base = Math.max(store.systems.indexOf(baseName), 0);
  const means = meanScores(store, rows);
  const differences = meanDifferences(store, rows, base);
  const several = store.systems.length > 1;
  const head = h("tr", {}, h("th", { scope: "col" }, "System"), ...store.metrics.map(({ label }) => h("th", { scope: "col", class: "number" }, label)));
  const body = store.systems.map((_, system) =>
    h("tr", {}, h("th", { scope: "row" }, systemLabel(store, system)), ...store.metrics.map(({ decimals }, metric) =>
      h("td", { class: "number" }, formatScore(means[system][metric].mean, decimals), range(means[system][metric], decimals), several && system !== base ? difference(differences[system][metric], decimals) : null),
    )),
  );
  const against = several ? `; Δ against ${store.systems[base]}, with * where its interval leaves 0 out` : "";
  return h("div", {}, h("table", {}, h("caption", {}, `Mean segment scores of ${plural(rows.length, "segment")} in the list`), h("thead", {}, head), h("tbody", {}, ...body)), h("p", { class: "hint" }, `With 95% intervals of the mean (normal, segments taken as independent)${against}. Corpus scores such as BLEU's are no means of segment scores.`));
}

/** @param {Mean} mean @param {number} decimals */
function range({ low, high }, decimals) {
  return Number.isNaN(low) ? null : h("small", {}, `${low.toFixed(decimals)} – ${high.toFixed(decimals)}`);
}

/** @param {Mean} gap @param {number} decimals */
function difference({ mean: gap, low, high }, decimals) {
  if (Number.isNaN(gap)) return null;
  const apart = low > 0 || high < 0;
  return h("small", { class: "gap" }, `Δ ${gap > 0 ? "+" : ""}${gap.toFixed(decimals)}${apart ? "*" : ""}`);
}
