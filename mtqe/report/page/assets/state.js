import { ANY } from "./findings.js";
import { boxed } from "./query.js";

/** @typedef {import("./query.js").Query} Query */

/**
 * All that a link to this view carries.
 *
 * @typedef {Query & { view: string, segment: string, diff: string, invisible: boolean,
 *   layout: string, review: boolean, hidden: string[] }} State
 */

const NAMES = /** @type {const} */ ({
  view: "view", segment: "segment", text: "q", column: "in", regex: "regex", exactCase: "case",
  rangeSystem: "range-system", rangeMetric: "range-metric", low: "low", high: "high",
  winner: "winner", loser: "loser", winMetric: "win-metric", missing: "missing",
  finding: "finding", severity: "severity", findingSystem: "finding-system",
  shortest: "shortest", longest: "longest", xSystem: "x-system", xMetric: "x-metric",
  ySystem: "y-system", yMetric: "y-metric", xLow: "x-low", xHigh: "x-high", yLow: "y-low",
  yHigh: "y-high", layout: "layout", sort: "sort",
  sortSystem: "system", sortMetric: "metric", otherSystem: "other-system",
  otherMetric: "other-metric", descending: "desc", diff: "diff", invisible: "invisible", review: "review", reviewed: "reviewed",
});
const SLICE = "slice.";

/** No box in the scatter plot. */
export const NO_BOX = { xLow: "", xHigh: "", yLow: "", yHigh: "" };

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
    winMetric: metric, missing: false, finding: "", severity: "", findingSystem: "",
    shortest: "", longest: "", xSystem: system, xMetric: metric,
    ySystem: metrics.length > 1 ? system : otherSystem, yMetric: otherMetric,
    ...NO_BOX, layout: "", slices: {}, sort: "corpus", sortSystem: system,
    sortMetric: metric, otherSystem, otherMetric, descending: false, diff: "", invisible: false,
    review: false, reviewed: "", hidden: [],
  };
}

/**
 * What is different in the view that a page with two runs opens with: the first system is compared
 * with itself in the older run.
 *
 * @param {{ pairs: [string, string][] } | null | undefined} changes
 * @param {string} metric of both axes
 * @returns {Partial<State>}
 */
export function pairView(changes, metric) {
  if (!changes?.pairs.length) return {};
  const [[sortSystem, otherSystem]] = changes.pairs;
  const axes = { xSystem: otherSystem, ySystem: sortSystem, xMetric: metric, yMetric: metric };
  return { sortSystem, otherSystem, diff: "o:", ...axes };
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
    const label = `${metricLabel(state.rangeMetric)} of ${state.rangeSystem || "any system"} ${inWords(state.low, state.high)}`;
    filters.push({ label, off: { low: "", high: "" } });
  }
  if (state.winner && state.loser) {
    const label = `${state.winner} beats ${state.loser} by ${metricLabel(state.winMetric)}`;
    filters.push({ label, off: { winner: "", loser: "" } });
  }
  if (state.missing) filters.push({ label: "a translation is missing", off: { missing: false } });
  if (state.finding || state.severity || state.findingSystem) {
    filters.push({ label: findingInWords(state), off: { finding: "", severity: "", findingSystem: "" } });
  }
  if (boxed(state)) filters.push({ label: boxInWords(state, metricLabel), off: NO_BOX });
  if (state.shortest !== "" || state.longest !== "") {
    filters.push({ label: `source length ${inWords(state.shortest, state.longest)}`, off: { shortest: "", longest: "" } });
  }
  if (state.reviewed) filters.push({ label: `review: ${state.reviewed}`, off: { reviewed: "" } });
  for (const [column, value] of Object.entries(state.slices)) {
    if (value) filters.push({ label: `${column}: ${value}`, off: { slices: { ...state.slices, [column]: "" } } });
  }
  return filters;
}

/** @param {string} low @param {string} high */
function inWords(low, high) {
  return [low !== "" && `≥ ${low}`, high !== "" && `≤ ${high}`].filter(Boolean).join(" and ");
}

/** @param {State} state */
function findingInWords({ finding, severity, findingSystem }) {
  const what = finding && finding !== ANY ? `finding: ${finding}` : "any finding";
  const grave = severity ? `, ${severity}${severity === "critical" ? "" : " or worse"}` : "";
  const whose = findingSystem === ANY ? ", in the test set" : findingSystem && `, in ${findingSystem}`;
  return what + grave + whose;
}

/** @param {State} state @param {(name: string) => string} metricLabel */
function boxInWords(state, metricLabel) {
  const x = inWords(state.xLow, state.xHigh);
  const y = inWords(state.yLow, state.yHigh);
  const parts = [x && `${metricLabel(state.xMetric)} of ${state.xSystem} ${x}`, y && `${metricLabel(state.yMetric)} of ${state.ySystem} ${y}`];
  return parts.filter(Boolean).join("; ");
}
