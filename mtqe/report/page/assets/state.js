import { ANY } from "./findings.js";
import { boxed } from "./query.js";

/** @typedef {import("./query.js").Query} Query */

/** One "A beats B by M". @typedef {import("./query.js").Win} Win */

/**
 * All that a link to this view carries.
 *
 * @typedef {Query & { view: string, segment: string, diff: string, invisible: boolean,
 *   layout: string, review: boolean, hidden: string[], base: string }} State
 */

/** The parts of a state that are texts, with their names in links. */
const TEXTS = /** @type {const} */ ([
  ["view", "view"],
  ["segment", "segment"],
  ["text", "q"],
  ["column", "in"],
  ["rangeSystem", "range-system"],
  ["rangeMetric", "range-metric"],
  ["finding", "finding"],
  ["severity", "severity"],
  ["findingSystem", "finding-system"],
  ["xSystem", "x-system"],
  ["xMetric", "x-metric"],
  ["ySystem", "y-system"],
  ["yMetric", "y-metric"],
  ["layout", "layout"],
  ["sort", "sort"],
  ["sortSystem", "system"],
  ["sortMetric", "metric"],
  ["otherSystem", "other-system"],
  ["otherMetric", "other-metric"],
  ["diff", "diff"],
  ["reviewed", "reviewed"],
  ["base", "base"],
]);

/** Those that are numbers, or null where there is no bound. */
const BOUNDS = /** @type {const} */ ([
  ["low", "low"],
  ["high", "high"],
  ["shortest", "shortest"],
  ["longest", "longest"],
  ["xLow", "x-low"],
  ["xHigh", "x-high"],
  ["yLow", "y-low"],
  ["yHigh", "y-high"],
]);

/** Those that are on or off. */
const SWITCHES = /** @type {const} */ ([
  ["regex", "regex"],
  ["exactCase", "case"],
  ["missing", "missing"],
  ["descending", "desc"],
  ["invisible", "invisible"],
  ["review", "review"],
]);

const SLICE = "slice.";

/** No box in the scatter plot. */
export const NO_BOX = /** @type {import("./query.js").Box} */ ({ xLow: null, xHigh: null, yLow: null, yHigh: null });

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
    view: "overview",
    segment: "",
    text: "",
    column: "all",
    regex: false,
    exactCase: false,
    rangeSystem: "",
    rangeMetric: metric,
    low: null,
    high: null,
    wins: [],
    missing: false,
    finding: "",
    severity: "",
    findingSystem: "",
    shortest: null,
    longest: null,
    xSystem: system,
    xMetric: metric,
    ySystem: metrics.length > 1 ? system : otherSystem,
    yMetric: otherMetric,
    ...NO_BOX,
    layout: "",
    slices: [],
    sort: "corpus",
    sortSystem: system,
    sortMetric: metric,
    otherSystem,
    otherMetric,
    descending: false,
    diff: "",
    invisible: false,
    review: false,
    reviewed: "",
    hidden: [],
    base: system,
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
  return { sortSystem, otherSystem, base: otherSystem, diff: "o:", ...axes };
}

/**
 * The fragment of a link to a state; only what differs from the initial state is in it.
 *
 * @param {State} state
 * @param {State} initial
 */
export function toHash(state, initial) {
  const parameters = new URLSearchParams();
  for (const [key, name] of TEXTS) if (state[key] !== initial[key]) parameters.set(name, state[key]);
  for (const [key, name] of BOUNDS) if (state[key] !== initial[key]) parameters.set(name, String(state[key] ?? ""));
  for (const [key, name] of SWITCHES) if (state[key] !== initial[key]) parameters.set(name, state[key] ? "1" : "");
  for (const { winner, loser, metric } of state.wins)
    parameters.append("beats", JSON.stringify([winner, loser, metric]));
  for (const [column, value] of state.slices) parameters.set(SLICE + column, value);
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
  const state = { ...initial };
  for (const [key, name] of TEXTS) state[key] = parameters.get(name) ?? initial[key];
  for (const [key, name] of BOUNDS) state[key] = toNumber(parameters.get(name)) ?? initial[key];
  for (const [key, name] of SWITCHES) if (parameters.has(name)) state[key] = parameters.get(name) === "1";
  state.wins = [...parameters.getAll("beats").flatMap(toWin), ...olderWin(parameters, initial)];
  state.slices = [...parameters].flatMap(([name, value]) =>
    name.startsWith(SLICE) && value ? [[name.slice(SLICE.length), value]] : [],
  );
  state.hidden = parameters.getAll("hide");
  return state;
}

/** A number that a text holds; null for none. @param {string | null} text */
export function toNumber(text) {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}

/** @param {string} text @returns {Win[]} none where it is not sound */
function toWin(text) {
  try {
    const [winner, loser, metric] = JSON.parse(text);
    return [winner, loser, metric].every((name) => typeof name === "string") ? [{ winner, loser, metric }] : [];
  } catch {
    return [];
  }
}

/** The one condition that links had before 0.2. @param {URLSearchParams} parameters @param {State} initial @returns {Win[]} */
function olderWin(parameters, initial) {
  const [winner, loser] = [parameters.get("winner"), parameters.get("loser")];
  return winner && loser ? [{ winner, loser, metric: parameters.get("win-metric") ?? initial.rangeMetric }] : [];
}

/** The slices with another value for a column; "" for any. @param {State["slices"]} slices @param {string} column @param {string} value @returns {State["slices"]} */
export function withSlice(slices, column, value) {
  const others = slices.filter(([name]) => name !== column);
  return value ? [...others, [column, value]] : others;
}

/** Whether two values of one part of a state are the same. @param {unknown} a @param {unknown} b */
export function sameValue(a, b) {
  return typeof a === "object" && typeof b === "object" ? JSON.stringify(a) === JSON.stringify(b) : Object.is(a, b);
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
  if (state.low !== null || state.high !== null) {
    const label = `${metricLabel(state.rangeMetric)} of ${state.rangeSystem || "any system"} ${inWords(state.low, state.high)}`;
    filters.push({ label, off: { low: null, high: null } });
  }
  for (const win of state.wins) {
    const label = `${win.winner} beats ${win.loser} by ${metricLabel(win.metric)}`;
    filters.push({ label, off: { wins: state.wins.filter((other) => other !== win) } });
  }
  if (state.missing) filters.push({ label: "a translation is missing", off: { missing: false } });
  if (state.finding || state.severity || state.findingSystem) {
    filters.push({ label: findingInWords(state), off: { finding: "", severity: "", findingSystem: "" } });
  }
  if (boxed(state)) filters.push({ label: boxInWords(state, metricLabel), off: NO_BOX });
  if (state.shortest !== null || state.longest !== null) {
    filters.push({
      label: `source length ${inWords(state.shortest, state.longest)}`,
      off: { shortest: null, longest: null },
    });
  }
  if (state.reviewed) filters.push({ label: `review: ${state.reviewed}`, off: { reviewed: "" } });
  for (const [column, value] of state.slices) {
    filters.push({ label: `${column}: ${value}`, off: { slices: withSlice(state.slices, column, "") } });
  }
  return filters;
}

/** @param {number | null} low @param {number | null} high */
function inWords(low, high) {
  return [low !== null && `≥ ${low}`, high !== null && `≤ ${high}`].filter(Boolean).join(" and ");
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
  const parts = [
    x && `${metricLabel(state.xMetric)} of ${state.xSystem} ${x}`,
    y && `${metricLabel(state.yMetric)} of ${state.ySystem} ${y}`,
  ];
  return parts.filter(Boolean).join("; ");
}
