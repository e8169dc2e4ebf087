import { systemLabel } from "./card.js";
import { choice, formatScore, h } from "./dom.js";
import { say } from "./words.js";

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
  return store.scores.map((columns) => columns.map((column) => meanOfRows(rows, (row) => column[row])));
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
  return store.scores.map((columns) =>
    columns.map((column, metric) => meanOfRows(rows, (row) => column[row] - store.scores[base][metric][row])),
  );
}

/**
 * The mean of a value over some rows, with a normal 95% interval.
 *
 * @param {Uint32Array} rows
 * @param {(row: number) => number} value NaN where there is none
 * @returns {Mean}
 */
export function meanOfRows(rows, value) {
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

/** The two-sided p-value of a mean's being 0, by a normal approximation. @param {Mean} mean */
export function twoSided({ mean, high }) {
  return complementaryError(Math.abs(mean) / ((high - mean) / Z) / Math.SQRT2);
}

/** The complementary error function from 0 up, within 1.2e-7 (Press et al., Numerical Recipes, 6.2). @param {number} x */
function complementaryError(x) {
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const sum = coefficients.reduce((total, coefficient) => total * t + coefficient, 0);
  return t * Math.exp(-x * x + sum);
}

/** P-values corrected by Holm's method, in the same order. @param {number[]} values */
export function holm(values) {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b]);
  const corrected = values.slice();
  let highest = 0;
  order.forEach((place, rank) => {
    highest = Math.max(highest, Math.min(1, (values.length - rank) * values[place]));
    corrected[place] = highest;
  });
  return corrected;
}

/**
 * The means of the listed segments, and how far each system is from another one.
 *
 * @param {Store} store
 * @param {Uint32Array} rows
 * @param {string} baseName the other one
 * @param {(base: string) => void} onBase the reader wants another one
 */
export function meansTable(store, rows, baseName, onBase) {
  const base = Math.max(store.systems.indexOf(baseName), 0);
  const means = meanScores(store, rows);
  const differences = meanDifferences(store, rows, base);
  const several = store.systems.length > 1;
  const cell = (/** @type {number} */ system, /** @type {number} */ metric) => {
    const { decimals } = store.metrics[metric];
    const gap = several && system !== base ? difference(differences[system][metric], decimals) : null;
    return h(
      "td",
      { class: "number" },
      formatScore(means[system][metric].mean, decimals),
      range(means[system][metric], decimals),
      gap,
    );
  };
  const heads = store.metrics.map(({ label }) => h("th", { scope: "col", class: "number" }, label));
  const body = store.systems.map((_, system) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, systemLabel(store, system)),
      ...store.metrics.map((_metric, metric) => cell(system, metric)),
    ),
  );
  const systems = store.systems.map((name) => /** @type {const} */ ([name, name]));
  return h(
    "div",
    {},
    several ? choice(say("means.base"), systems, store.systems[base], onBase) : null,
    h(
      "table",
      {},
      h("caption", {}, say("means.caption", { count: rows.length })),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("system")), ...heads)),
      h("tbody", {}, ...body),
    ),
    h("p", { class: "hint" }, say(several ? "means.hint-several" : "means.hint")),
  );
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
