/** @typedef {import("./store.js").Store} Store */

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
 * @property {string} low "" for no bound
 * @property {string} high
 * @property {string} winner
 * @property {string} loser
 * @property {string} winMetric
 * @property {boolean} missing only segments that some system has no translation of
 * @property {Record<string, string>} slices by metadata column
 * @property {string} sort "corpus", "score", "systems", "metrics", "length"
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
  const pattern = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return new RegExp(pattern, exactCase ? "gu" : "giu");
}

/** @typedef {(row: number) => boolean} Predicate */

/**
 * Which rows a query lets through, by number in the corpus's order.
 *
 * @param {Store} store
 * @param {Query} query
 * @returns {Uint32Array}
 * @throws {SyntaxError} see `searchExpression`
 */
export function filterRows(store, query) {
  const tests = [sliceTest(store, query), missingTest(store, query), rangeTest(store, query), winTest(store, query), textTest(store, query)];
  const active = tests.filter((test) => test !== null);
  const rows = new Uint32Array(store.loaded);
  let size = 0;
  for (let row = 0; row < store.loaded; row += 1) if (active.every((test) => test(row))) rows[size++] = row;
  return rows.slice(0, size);
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
  if (name === "id") return [store.ids];
  if (name === "document") return [store.documents];
  if (name === "source") return [store.sources];
  if (name === "reference") return store.references;
  if (name === "hypothesis") return store.hypotheses;
  if (name.startsWith("system:")) return store.hypotheses.filter((_, index) => store.systems[index] === name.slice(7));
  if (name.startsWith("meta:")) return store.metadata.filter((_, index) => store.metadataNames[index] === name.slice(5));
  return [store.sources, ...store.references, ...store.hypotheses, store.ids, store.documents, ...store.metadata];
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function sliceTest(store, query) {
  const wanted = store.metadataNames
    .map((name, index) => ({ column: store.metadata[index], value: query.slices[name] }))
    .filter(({ value }) => value);
  return wanted.length ? (row) => wanted.every(({ column, value }) => column[row] === value) : null;
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function missingTest(store, query) {
  return query.missing ? (row) => store.hypotheses.some((column) => column[row] === null) : null;
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function rangeTest(store, query) {
  const metric = store.metricIndex(query.rangeMetric);
  if (metric < 0 || (query.low === "" && query.high === "")) return null;
  const low = query.low === "" ? -Infinity : Number(query.low);
  const high = query.high === "" ? Infinity : Number(query.high);
  const columns = store.scores
    .filter((_, index) => !query.rangeSystem || store.systems[index] === query.rangeSystem)
    .map((scores) => scores[metric]);
  return (row) => columns.some((column) => column[row] >= low && column[row] <= high);
}

/** @param {Store} store @param {Query} query @returns {Predicate | null} */
function winTest(store, query) {
  const metric = store.metricIndex(query.winMetric);
  const winner = store.scores[store.systems.indexOf(query.winner)]?.[metric];
  const loser = store.scores[store.systems.indexOf(query.loser)]?.[metric];
  if (!winner || !loser) return null;
  const higher = store.metrics[metric].higher_is_better;
  return higher ? (row) => winner[row] > loser[row] : (row) => winner[row] < loser[row];
}

/**
 * The mean segment score of each system by each metric over some rows; NaN where none is scored.
 *
 * @param {Store} store
 * @param {Uint32Array} rows
 * @returns {number[][]} by system, then metric
 */
export function meanScores(store, rows) {
  return store.scores.map((columns) => columns.map((column) => mean(column, rows)));
}

/** @param {Float64Array} scores @param {Uint32Array} rows */
function mean(scores, rows) {
  let sum = 0;
  let scored = 0;
  for (const row of rows) {
    if (Number.isNaN(scores[row])) continue;
    sum += scores[row];
    scored += 1;
  }
  return scored ? sum / scored : NaN;
}

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
  if (query.sort === "length") return (row) => store.sources[row].length;
  const scores = store.scores[store.systems.indexOf(query.sortSystem)];
  const metric = store.metricIndex(query.sortMetric);
  if (!scores || metric < 0) return null;
  if (query.sort === "score") return (row) => scores[metric][row];
  if (query.sort === "systems") {
    const other = store.scores[store.systems.indexOf(query.otherSystem)]?.[metric];
    return other ? (row) => scores[metric][row] - other[row] : null;
  }
  if (query.sort === "metrics") {
    const other = store.metricIndex(query.otherMetric);
    if (other < 0) return null;
    const first = percentiles(scores[metric], store.loaded, store.metrics[metric].higher_is_better);
    const second = percentiles(scores[other], store.loaded, store.metrics[other].higher_is_better);
    return (row) => first[row] - second[row];
  }
  return null;
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
