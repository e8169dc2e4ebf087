import { choice, h } from "./dom.js";
import { barRange, figure, intervalBar, intervalText, pText, signed } from "./intervals.js";
import { holm, meanOfRows, twoSided } from "./means.js";
import { withSlice } from "./state.js";
import { say, thousands } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./means.js").Mean} Mean */
/** @typedef {(filter: (state: State) => Partial<State>) => void} OnSlice */
/** A way to cut the segments up: a metadata column or the documents. @typedef {{ name: string, groups: Map<string, number[]>, filter: (value: string) => (state: State) => Partial<State> }} Cut */
/** One row of a table. @typedef {{ value: string, rows: Uint32Array, mean: Mean, base: Mean, gap: Mean, p: number | null }} SliceRow */

/** Columns with more values than this are texts to search. */
const MOST = 60;
/** Below so many segments a normal approximation says nothing. */
const ENOUGH = 30;
/** Rows of a table that are shown at once. */
const SHOWN = 20;

/**
 * How a system differs from another one on each slice and in each document, the worst drop first.
 *
 * @param {HTMLElement} parent
 * @param {Store} store with all segments
 * @param {OnSlice} onSlice the reader picked one
 */
export function showSlices(parent, store, onSlice) {
  const cuts = cutsOf(store);
  const tables = h("div", { class: "slice-tables" });
  const chosen = {
    metric: store.summary.comparison?.leading ?? store.metrics[0]?.name ?? "",
    system: store.systems[0] ?? "",
    base: startBase(store),
  };
  const draw = () => tables.replaceChildren(...cuts.map((cut) => cutTable(store, cut, chosen, onSlice)));
  const systems = store.systems.map((name) => /** @type {const} */ ([name, name]));
  const pick = (
    /** @type {"metric" | "system" | "base"} */ key,
    /** @type {string} */ label,
    /** @type {readonly (readonly [string, string])[]} */ options,
  ) =>
    choice(label, options, chosen[key], (value) => {
      chosen[key] = value;
      draw();
    });
  parent.replaceChildren(
    h(
      "div",
      { class: "group" },
      pick(
        "metric",
        say("metric"),
        store.metrics.map(({ name, label }) => /** @type {const} */ ([name, label])),
      ),
      pick("system", say("system"), systems),
      systems.length > 1 ? pick("base", say("slices.against"), systems) : null,
    ),
    tables,
  );
  draw();
}

/** The counterpart of the first system in the other run, or the second system. @param {Store} store */
function startBase(store) {
  return store.systems[store.counterparts[0]] ?? store.systems[1] ?? store.systems[0] ?? "";
}

/** @param {Store} store @returns {Cut[]} */
function cutsOf(store) {
  const columns = store.metadataNames.map((name, index) => ({
    name,
    groups: grouped(store.metadata[index]),
    filter: (/** @type {string} */ value) => (/** @type {State} */ state) => ({
      slices: withSlice(state.slices, name, value),
    }),
  }));
  const documents = {
    name: say("document"),
    groups: grouped(store.documents),
    filter: (/** @type {string} */ value) => () => ({
      text: `^${value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`,
      column: "document",
      regex: true,
      exactCase: true,
    }),
  };
  return [...columns.filter(({ groups }) => groups.size <= MOST), documents].filter(({ groups }) => groups.size > 1);
}

/** @param {(string | null)[]} column */
function grouped(column) {
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  column.forEach((value, row) => {
    if (value === null) return;
    const rows = groups.get(value);
    if (rows) rows.push(row);
    else groups.set(value, [row]);
  });
  return groups;
}

/** @param {Store} store @param {Cut} cut @param {{ metric: string, system: string, base: string }} chosen @returns {SliceRow[]} */
function sliceRows(store, { groups }, { metric, system, base }) {
  const index = store.metricIndex(metric);
  const ours = store.scores[store.systems.indexOf(system)][index];
  const theirs = store.scores[store.systems.indexOf(base)][index];
  const sign = store.metrics[index].higher_is_better ? 1 : -1;
  const found = [...groups].map(([value, group]) => {
    const rows = Uint32Array.from(group);
    const gap = meanOfRows(rows, (row) => ours[row] - theirs[row]);
    return {
      value,
      rows,
      gap,
      mean: meanOfRows(rows, (row) => ours[row]),
      base: meanOfRows(rows, (row) => theirs[row]),
      p: /** @type {number | null} */ (null),
    };
  });
  const enough = found.filter(({ gap }) => gap.scored >= ENOUGH);
  for (const row of enough) if (row.gap.high === row.gap.low) row.p = row.gap.mean === 0 ? 1 : 0;
  const tested = enough.filter(({ p }) => p === null);
  holm(tested.map(({ gap }) => twoSided(gap))).forEach((p, place) => (tested[place].p = p));
  const worth = (/** @type {SliceRow} */ row) => sign * (system === base ? row.mean.mean : row.gap.mean);
  const last = (/** @type {number} */ value) => (Number.isNaN(value) ? Infinity : value);
  return found.sort((a, b) => last(worth(a)) - last(worth(b)));
}

/** @param {Store} store @param {Cut} cut @param {{ metric: string, system: string, base: string }} chosen @param {OnSlice} onSlice */
function cutTable(store, cut, chosen, onSlice) {
  const info = store.metrics[store.metricIndex(chosen.metric)];
  const rows = sliceRows(store, cut, chosen);
  const compared = chosen.system !== chosen.base;
  const range = barRange(
    rows
      .map(({ gap }) => ({ value: gap.mean, low: gap.low, high: gap.high }))
      .filter(({ value }) => Number.isFinite(value)),
  );
  const figures = compared
    ? ["slices.system", "slices.base", "comparison.difference", "comparison.bar", "comparison.interval", "comparison.p"]
    : ["slices.mean"];
  const names = { system: chosen.system, base: chosen.base };
  const heads = figures.map((key) => h("th", { scope: "col", class: "number" }, say(key, names)));
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, cut.name),
    h("th", { scope: "col", class: "number" }, say("lengths.segments")),
    ...heads,
  );
  const line = (/** @type {SliceRow} */ row) => {
    const name = h(
      "button",
      { type: "button", class: "link", onclick: () => onSlice(cut.filter(row.value)) },
      row.value || say("slices.empty"),
    );
    const cells = compared ? gapCells(row, info, range) : [figure(score(row.mean, info.decimals), row.mean.mean)];
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", { class: "number" }, thousands(row.rows.length)),
      ...cells,
    );
  };
  const body = h("tbody", {}, ...rows.slice(0, SHOWN).map(line));
  const rest = rows.length - SHOWN;
  const more = h("button", { type: "button", class: "quiet" }, say("slices.more", { count: rest }));
  more.addEventListener("click", () => {
    body.append(...rows.slice(SHOWN).map(line));
    more.remove();
  });
  const title = say(compared ? "slices.differences" : "slices.means", {
    metric: info.label,
    column: cut.name,
    ...names,
  });
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h("table", { class: "systems slice" }, h("caption", {}, title), h("thead", {}, head), body),
    rest > 0 ? more : null,
  );
}

/** @param {SliceRow} row @param {import("./store.js").MetricInfo} info @param {[number, number]} range */
function gapCells({ mean, base, gap, p }, info, range) {
  const { decimals, higher_is_better: higher } = info;
  const interval = { value: gap.mean, low: orNull(gap.low), high: orNull(gap.high) };
  const better = higher ? gap.mean > 0 : gap.mean < 0;
  const tone = p === null || p >= 0.05 ? "same" : better ? "gain" : "loss";
  const none = Number.isNaN(gap.mean);
  return [
    figure(score(mean, decimals), mean.mean),
    figure(score(base, decimals), base.mean),
    figure(none ? "–" : signed(gap.mean, decimals) + (tone === "same" ? "" : "*"), gap.mean, tone),
    h("td", {}, none ? "" : intervalBar(interval, range, tone)),
    h("td", { class: "number" }, intervalText(interval, decimals)),
    h("td", { class: "number" }, p === null ? say("slices.too-few") : pText(p)),
  ];
}

/** @param {Mean} mean @param {number} decimals */
function score({ mean }, decimals) {
  return Number.isNaN(mean) ? "–" : mean.toFixed(decimals);
}

/** @param {number} value */
function orNull(value) {
  return Number.isFinite(value) ? value : null;
}
