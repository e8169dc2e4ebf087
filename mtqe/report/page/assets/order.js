/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./query.js").Query} Query */

/**
 * The rows in the order that a query asks for. Rows without the value come last either way, and
 * equal ones keep the corpus's order.
 *
 * @param {Store} store
 * @param {Uint32Array} rows in the corpus's order
 * @param {Query} query
 * @returns {Uint32Array}
 */
export function sortRows(store, rows, query) {
  const key = sortKey(store, query);
  if (!key) return query.descending ? rows.slice().reverse() : rows;
  const sign = query.descending ? -1 : 1;
  const keys = Float64Array.from(rows, (row) => sign * key(row));
  const order = Uint32Array.from(rows, (_, index) => index).sort((a, b) => {
    const difference = keys[a] - keys[b];
    if (difference) return difference;
    return Number(Number.isNaN(keys[a])) - Number(Number.isNaN(keys[b])) || a - b;
  });
  return order.map((index) => rows[index]);
}

/**
 * The value that rows are sorted by; NaN where a row has none; null for the corpus's order.
 *
 * @param {Store} store
 * @param {Query} query
 * @returns {((row: number) => number) | null}
 */
export function sortKey(store, query) {
  if (query.sort === "length") return (row) => store.lengths[row];
  if (query.sort === "findings") return (row) => store.findings.gravity(row);
  const scores = store.scores[store.systems.indexOf(query.sortSystem)];
  const metric = store.metricIndex(query.sortMetric);
  if (!scores || metric < 0) return null;
  if (query.sort === "score") return (row) => scores[metric][row];
  if (query.sort === "metrics") return disagreement(store, scores, metric, store.metricIndex(query.otherMetric));
  const other = store.scores[store.systems.indexOf(query.otherSystem)]?.[metric];
  if (!other) return null;
  if (query.sort === "systems") return (row) => scores[metric][row] - other[row];
  if (query.sort !== "regression") return null;
  const sign = store.metrics[metric].higher_is_better ? 1 : -1;
  return (row) => sign * (scores[metric][row] - other[row]);
}

/**
 * How much better one metric finds a translation than another does, in percentiles.
 *
 * @param {Store} store
 * @param {Float64Array[]} scores of a system, by metric
 * @param {number} metric
 * @param {number} other
 */
function disagreement(store, scores, metric, other) {
  if (other < 0) return null;
  const first = percentiles(scores[metric], store.loaded, store.metrics[metric].higher_is_better);
  const second = percentiles(scores[other], store.loaded, store.metrics[other].higher_is_better);
  return (/** @type {number} */ row) => first[row] - second[row];
}

/**
 * Each score's place among all, from 0 (worst) to 100 (best); equal scores share the mean of their
 * places; NaN stays NaN.
 *
 * @param {Float64Array} scores
 * @param {number} size how many of them count
 * @param {boolean} higherIsBetter
 * @returns {Float64Array}
 */
export function percentiles(scores, size, higherIsBetter) {
  const sign = higherIsBetter ? 1 : -1;
  const rows = [];
  for (let row = 0; row < size; row += 1) if (!Number.isNaN(scores[row])) rows.push(row);
  const order = Uint32Array.from(rows).sort((a, b) => sign * (scores[a] - scores[b]));
  const places = new Float64Array(scores.length).fill(NaN);
  const last = Math.max(order.length - 1, 1);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && scores[order[end + 1]] === scores[order[start]]) end += 1;
    for (let at = start; at <= end; at += 1) places[order[at]] = (50 * (start + end)) / last;
    start = end + 1;
  }
  return places;
}
