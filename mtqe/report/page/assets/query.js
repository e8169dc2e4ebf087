import { ANY } from "./findings.js";
import { reviewTest } from "./review.js";

/** @typedef {import("./store.js").Store} Store */

/** A system that scores better than another by a metric. @typedef {{ winner: string, loser: string, metric: string }} Win */
/** @typedef {Pick<Query, "xLow" | "xHigh" | "yLow" | "yHigh">} Box */

/**
 * What the reader asked for. Systems are given by name, metrics by name, "" is none.
 *
 * @typedef {object} Query
 * @property {string} text to look for; "" for all
 * @property {string} column "all", "id", "source", "reference", "hypothesis", "system:NAME",
 *   "document", "meta:NAME"
 * @property {boolean} regex whether `text` is a regular expression
 * @property {boolean} exactCase whether case matters
 * @property {string} rangeSystem "" for any system
 * @property {string} rangeMetric
 * @property {number | null} low null for no bound
 * @property {number | null} high
 * @property {Win[]} wins all of which must hold
 * @property {boolean} missing only segments that some system has no translation of
 * @property {string} finding a check's name, or `ANY`; "" for all segments
 * @property {string} severity the least grave that counts; "" for any
 * @property {string} findingSystem "" for any, `ANY` for the test set's own findings
 * @property {string} findingChange "new" or "fixed" between two runs; "" for any
 * @property {string} spanOrigin see `SpanFilter` of spans.js, also the next five
 * @property {string} spanCategory
 * @property {string} spanSeverity
 * @property {string} spanSystem
 * @property {string} spanOther
 * @property {string} spanAgreement
 * @property {number | null} shortest characters of the source; null for no bound
 * @property {number | null} longest
 * @property {string} xSystem the scores on the axes of the scatter plot
 * @property {string} xMetric
 * @property {string} ySystem
 * @property {string} yMetric
 * @property {number | null} xLow the box in the scatter plot; null for no bound
 * @property {number | null} xHigh
 * @property {number | null} yLow
 * @property {number | null} yHigh
 * @property {[string, string][]} slices metadata columns and their values; pairs rather than an
 *   object, because a column may be called __proto__
 * @property {string} reviewed what the review must say, see `reviewTest`; "" for anything
 * @property {string} sort "corpus", "score", "systems", "regression", "metrics", "findings",
 *   "length"
 * @property {string} sortSystem
 * @property {string} sortMetric
 * @property {string} otherSystem
 * @property {string} otherMetric
 * @property {boolean} descending
 */

/**
 * The expression that a search looks for and marks; null where there is none.
 *
 * @param {Pick<Query, "text" | "regex" | "exactCase">} query
 * @returns {RegExp | null}
 * @throws {SyntaxError} it is no valid regular expression
 */
export function searchExpression({ text, regex, exactCase }) {
  if (!text) return null;
  const pattern = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(pattern, exactCase ? "gu" : "giu");
}

/** @typedef {(row: number) => boolean} Predicate */

/**
 * Which rows a query lets through, by number in the corpus's order.
 *
 * @param {Store} store
 * @param {Query} query
 * @param {import("./review.js").Review | null} [review]
 * @returns {Uint32Array}
 * @throws {SyntaxError} see `searchExpression`
 */
export function filterRows(store, query, review = null) {
  const makers = [
    sliceTest,
    missingTest,
    findingTest,
    spanFilterTest,
    rangeTest,
    boxTest,
    lengthTest,
    winTest,
    textTest,
  ];
  const active = [...makers.map((make) => make(store, query)), markedTest(store, query, review)].filter(
    (test) => test !== null,
  );
  const rows = new Uint32Array(store.loaded);
  let size = 0;
  for (let row = 0; row < store.loaded; row += 1) if (active.every((test) => test(row))) rows[size++] = row;
  return rows.slice(0, size);
}

/** @param {Store} store @param {Query} query @param {import("./review.js").Review | null} review @returns {Predicate | null} */
function markedTest(store, query, review) {
  const test = review && reviewTest(review, query.reviewed);
  return test && ((row) => test(store.ids[row]));
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function textTest(store, query) {
  const expression = searchExpression(query);
  if (!expression) return null;
  const found = new RegExp(expression.source, expression.flags.replace("g", ""));
  const columns = textColumns(store, query.column);
  return (row) => columns.some((column) => column[row] != null && found.test(column[row]));
}

/** @param {Store} store @param {string} name @returns {(string | null)[][]} */
function textColumns(store, name) {
  if (name === "id") return [store.ids, store.places];
  if (name === "document") return [store.documents];
  if (name === "source") return [store.sources];
  if (name === "reference") return store.references;
  if (name === "hypothesis") return store.hypotheses;
  if (name.startsWith("system:")) return store.hypotheses.filter((_, index) => store.systems[index] === name.slice(7));
  if (name.startsWith("meta:"))
    return store.metadata.filter((_, index) => store.metadataNames[index] === name.slice(5));
  return [
    store.sources,
    ...store.references,
    ...store.hypotheses,
    store.ids,
    store.places,
    store.documents,
    ...store.metadata,
  ];
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function sliceTest(store, query) {
  const wanted = query.slices.flatMap(([name, value]) => {
    const column = store.metadata[store.metadataNames.indexOf(name)];
    return column && value ? [{ column, value }] : [];
  });
  return wanted.length ? (row) => wanted.every(({ column, value }) => column[row] === value) : null;
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function missingTest(store, query) {
  return query.missing ? (row) => store.hypotheses.some((column) => column[row] === null) : null;
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function findingTest(store, query) {
  if (!query.finding && !query.severity && !query.findingSystem && !query.findingChange) return null;
  const systems = new Map([
    ["", null],
    ...store.systems.map((name, index) => /** @type {const} */ ([name, index])),
    [ANY, -1],
  ]);
  const system = systems.get(query.findingSystem) ?? null;
  const marks = store.findings.marked(query.finding || ANY, query.severity, system, query.findingChange);
  return (row) => marks[row] === 1;
}

/** Whether any filter of spans is on. @param {import("./spans.js").SpanFilter} query */
export function spansAsked({ spanOrigin, spanCategory, spanSeverity, spanSystem, spanAgreement }) {
  return Boolean(spanOrigin || spanCategory || spanSeverity || spanSystem || spanAgreement);
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function spanFilterTest(store, query) {
  if (!store.spans.any || !spansAsked(query)) return null;
  const system = query.spanSystem ? store.systems.indexOf(query.spanSystem) : null;
  const marks = store.spans.marked(query, system);
  return (row) => marks[row] === 1;
}

/** The range of two bounds, null for none. @param {number | null} low @param {number | null} high @returns {Predicate | null} */
function within(low, high) {
  if (low === null && high === null) return null;
  const from = low ?? -Infinity;
  const to = high ?? Infinity;
  return (value) => value >= from && value <= to;
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function lengthTest(store, query) {
  const inside = within(query.shortest, query.longest);
  return inside && ((row) => inside(store.lengths[row]));
}

/** Whether a box is drawn into the scatter plot. @param {Box} query */
export function boxed({ xLow, xHigh, yLow, yHigh }) {
  return [xLow, xHigh, yLow, yHigh].some((bound) => bound !== null);
}

/** A segment that lacks either score is in no box. @param {Store} store @param {Query} query @returns {Predicate | null} */
function boxTest(store, query) {
  const x = scoreColumn(store, query.xSystem, query.xMetric);
  const y = scoreColumn(store, query.ySystem, query.yMetric);
  if (!x || !y || !boxed(query)) return null;
  const insideX = within(query.xLow, query.xHigh) ?? (() => true);
  const insideY = within(query.yLow, query.yHigh) ?? (() => true);
  return (row) => insideX(x[row]) && insideY(y[row]) && !Number.isNaN(x[row]) && !Number.isNaN(y[row]);
}

/** @param {Store} store @param {string} system @param {string} metric @returns {Float64Array | undefined} */
export function scoreColumn(store, system, metric) {
  return store.scores[store.systems.indexOf(system)]?.[store.metricIndex(metric)];
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function rangeTest(store, query) {
  const metric = store.metricIndex(query.rangeMetric);
  const inside = within(query.low, query.high);
  if (metric < 0 || !inside) return null;
  const columns = store.scores
    .filter((_, index) => !query.rangeSystem || store.systems[index] === query.rangeSystem)
    .map((scores) => scores[metric]);
  return (row) => columns.some((column) => inside(column[row]));
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function winTest(store, query) {
  const tests = query.wins.flatMap((win) => singleWin(store, win) ?? []);
  return tests.length ? (row) => tests.every((test) => test(row)) : null;
}

/** @param {Store} store @param {Win} win @returns {Predicate | null} */
function singleWin(store, win) {
  const winner = scoreColumn(store, win.winner, win.metric);
  const loser = scoreColumn(store, win.loser, win.metric);
  if (!winner || !loser) return null;
  const higher = store.metrics[store.metricIndex(win.metric)].higher_is_better;
  return higher ? (row) => winner[row] > loser[row] : (row) => winner[row] < loser[row];
}
