/** @typedef {import("./query.js").Query} Query */

/**
 * All that a link to this view carries.
 *
 * @typedef {Query & { view: string, segment: string, diff: string, invisible: boolean,
 *   hidden: string[] }} State
 */

const NAMES = /** @type {const} */ ({
  view: "view", segment: "segment", text: "q", column: "in", regex: "regex", exactCase: "case",
  rangeSystem: "range-system", rangeMetric: "range-metric", low: "low", high: "high",
  winner: "winner", loser: "loser", winMetric: "win-metric", missing: "missing", sort: "sort",
  sortSystem: "system", sortMetric: "metric", otherSystem: "other-system",
  otherMetric: "other-metric", descending: "desc", diff: "diff", invisible: "invisible",
});
const SLICE = "slice.";

/**
 * The view that a report opens with.
 *
 * @param {string[]} systems names
 * @param {string[]} metrics names
 * @returns {State}
 */
export function initialState(systems, metrics) {
  const [system = "", otherSystem = system] = systems;
  const [metric = "", otherMetric = metric] = metrics;
  return {
    view: "overview", segment: "", text: "", column: "all", regex: false, exactCase: false,
    rangeSystem: "", rangeMetric: metric, low: "", high: "", winner: "", loser: "",
    winMetric: metric, missing: false, slices: {}, sort: "corpus", sortSystem: system,
    sortMetric: metric, otherSystem, otherMetric, descending: false, diff: "", invisible: false,
    hidden: [],
  };
}

/**
 * The fragment of a link to a state; only what differs from the initial state is in it.
 *
 * @param {State} state
 * @param {State} initial
 */
export function toHash(state, initial) {
  const parameters = new URLSearchParams();
  for (const [key, name] of Object.entries(NAMES)) {
    const value = state[/** @type {keyof typeof NAMES} */ (key)];
    if (value !== initial[/** @type {keyof typeof NAMES} */ (key)]) parameters.set(name, value === true ? "1" : String(value));
  }
  for (const [column, value] of Object.entries(state.slices)) if (value) parameters.set(SLICE + column, value);
  for (const system of state.hidden) parameters.append("hide", system);
  return "#" + parameters.toString();
}

/**
 * The state that a link's fragment describes. Anything that it doesn't know is left out.
 *
 * @param {string} hash
 * @param {State} initial
 * @returns {State}
 */
export function fromHash(hash, initial) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...initial, slices: /** @type {Record<string, string>} */ ({}) };
  for (const [key, name] of Object.entries(NAMES)) {
    const value = parameters.get(name);
    if (value === null) continue;
    const known = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (state));
    known[key] = typeof known[key] === "boolean" ? value === "1" : value;
  }
  for (const [name, value] of parameters) if (name.startsWith(SLICE)) state.slices[name.slice(SLICE.length)] = value;
  state.hidden = parameters.getAll("hide");
  return state;
}

/**
 * The filters that are on, in words, each with the change that takes it off.
 *
 * @param {State} state
 * @param {(name: string) => string} metricLabel
 * @returns {{ label: string, off: Partial<State> }[]}
 */
export function activeFilters(state, metricLabel) {
  const filters = [];
  if (state.text) filters.push({ label: `${state.regex ? "matches" : "contains"} “${state.text}”`, off: { text: "" } });
  if (state.low !== "" || state.high !== "") {
    const range = [state.low !== "" && `≥ ${state.low}`, state.high !== "" && `≤ ${state.high}`].filter(Boolean).join(" and ");
    const label = `${metricLabel(state.rangeMetric)} of ${state.rangeSystem || "any system"} ${range}`;
    filters.push({ label, off: { low: "", high: "" } });
  }
  if (state.winner && state.loser) {
    const label = `${state.winner} beats ${state.loser} by ${metricLabel(state.winMetric)}`;
    filters.push({ label, off: { winner: "", loser: "" } });
  }
  if (state.missing) filters.push({ label: "a translation is missing", off: { missing: false } });
  for (const [column, value] of Object.entries(state.slices)) {
    if (value) filters.push({ label: `${column}: ${value}`, off: { slices: { ...state.slices, [column]: "" } } });
  }
  return filters;
}
