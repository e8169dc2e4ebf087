import { ANY } from "./findings.js";
import { boxed, spansAsked } from "./query.js";
import { NO_CATEGORY } from "./spans.js";
import { say } from "./words.js";

/** @typedef {import("./query.js").Query} Query */

/** One "A beats B by M". @typedef {import("./query.js").Win} Win */

/**
 * All that a link to this view carries.
 *
 * @typedef {Query & { view: string, segment: string, diff: string, invisible: boolean,
 *   layout: string, review: boolean, blind: boolean, unfolded: boolean, hidden: string[], base: string,
 *   layersOff: string[], startFrom: string }} State
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
  ["findingChange", "finding-change"],
  ["spanOrigin", "span-origin"],
  ["spanCategory", "span-category"],
  ["spanSeverity", "span-severity"],
  ["spanSystem", "span-system"],
  ["spanOther", "span-other"],
  ["spanAgreement", "span-agreement"],
  ["startFrom", "start-from"],
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
  ["blind", "blind"],
  ["unfolded", "unfolded"],
]);

const SLICE = "slice.";

/** No filter of spans. */
export const NO_SPANS = {
  spanOrigin: "",
  spanCategory: "",
  spanSeverity: "",
  spanSystem: "",
  spanOther: "",
  spanAgreement: "",
};

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
    findingChange: "",
    ...NO_SPANS,
    startFrom: "",
    layersOff: [],
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
    blind: false,
    unfolded: false,
    reviewed: "",
    hidden: [],
    base: otherSystem,
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
  for (const origin of state.layersOff) parameters.append("layer-off", origin);
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
  state.layersOff = parameters.getAll("layer-off");
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
 * @param {(name: string) => string} [originLabel]
 * @returns {{ label: string, off: Partial<State> }[]}
 */
export function activeFilters(state, metricLabel, originLabel = (name) => name) {
  const filters = [];
  if (state.text)
    filters.push({
      label: say(state.regex ? "chip.matches" : "chip.contains", { text: state.text }),
      off: { text: "" },
    });
  if (state.low !== null || state.high !== null) {
    const system = state.rangeSystem || say("filter.any-system");
    const label = say("chip.range", {
      metric: metricLabel(state.rangeMetric),
      system,
      range: inWords(state.low, state.high),
    });
    filters.push({ label, off: { low: null, high: null } });
  }
  for (const win of state.wins) {
    const label = say("chip.win", { winner: win.winner, loser: win.loser, metric: metricLabel(win.metric) });
    filters.push({ label, off: { wins: state.wins.filter((other) => other !== win) } });
  }
  if (state.missing) filters.push({ label: say("chip.missing"), off: { missing: false } });
  if (state.finding || state.severity || state.findingSystem || state.findingChange) {
    filters.push({
      label: findingInWords(state),
      off: { finding: "", severity: "", findingSystem: "", findingChange: "" },
    });
  }
  if (spansAsked(state)) filters.push({ label: spansInWords(state, originLabel), off: NO_SPANS });
  if (boxed(state)) filters.push({ label: boxInWords(state, metricLabel), off: NO_BOX });
  if (state.shortest !== null || state.longest !== null) {
    filters.push({
      label: say("chip.length", { range: inWords(state.shortest, state.longest) }),
      off: { shortest: null, longest: null },
    });
  }
  if (state.reviewed)
    filters.push({ label: say("chip.review", { what: say(`reviewed.${state.reviewed}`) }), off: { reviewed: "" } });
  for (const [column, value] of state.slices) {
    filters.push({ label: `${column}: ${value}`, off: { slices: withSlice(state.slices, column, "") } });
  }
  return filters;
}

/** @param {number | null} low @param {number | null} high */
function inWords(low, high) {
  return [low !== null && `≥ ${low}`, high !== null && `≤ ${high}`].filter(Boolean).join(` ${say("and")} `);
}

/** @param {State} state */
function findingInWords({ finding, severity, findingSystem, findingChange }) {
  const what = finding && finding !== ANY ? say("chip.finding", { check: finding }) : say("filter.any-finding");
  const grave =
    severity &&
    (severity === "critical"
      ? say("severity.critical")
      : say("severity.or-worse", { severity: say(`severity.${severity}`) }));
  const whose = findingSystem === ANY ? say("filter.test-set") : findingSystem;
  const change = findingChange && say(`filter.${findingChange}-findings`);
  return [what, grave, change, whose && say("chip.inside", { whose })].filter(Boolean).join(", ");
}

/** @param {State} state @param {(name: string) => string} originLabel */
function spansInWords(state, originLabel) {
  const { spanOrigin, spanCategory, spanSeverity, spanSystem, spanOther, spanAgreement } = state;
  const other = spanOther ? originLabel(spanOther) : say("spans.another");
  const parts = [
    spanOrigin ? say("chip.spans", { origin: originLabel(spanOrigin) }) : say("spans.any"),
    spanSeverity && say(`severity.${spanSeverity}`),
    spanCategory === NO_CATEGORY ? say("spans.no-category") : spanCategory,
    spanAgreement && say(spanAgreement === "both" ? "chip.shared" : "chip.alone", { other }),
    spanSystem && say("chip.inside", { whose: spanSystem }),
  ];
  return parts.filter(Boolean).join(", ");
}

/** @param {State} state @param {(name: string) => string} metricLabel */
function boxInWords(state, metricLabel) {
  const part = (/** @type {string} */ metric, /** @type {string} */ system, /** @type {string} */ range) =>
    range && say("chip.range", { metric: metricLabel(metric), system, range });
  const parts = [
    part(state.xMetric, state.xSystem, inWords(state.xLow, state.xHigh)),
    part(state.yMetric, state.ySystem, inWords(state.yLow, state.yHigh)),
  ];
  return parts.filter(Boolean).join("; ");
}
