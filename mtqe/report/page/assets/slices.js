import { choice, h, thousands } from "./dom.js";

/** @typedef {import("./store.js").Summary} Summary */
/** @typedef {import("./store.js").SliceTable} SliceTable */
/** @typedef {import("./store.js").Slice} Slice */
/** @typedef {import("./store.js").MetricInfo} MetricInfo */
/** @typedef {(column: string, value: string) => void} OnSlice */

/**
 * The mean segment scores of each slice, one metric at a time, shaded from worst to best.
 *
 * @param {HTMLElement} parent
 * @param {Summary} summary
 * @param {OnSlice} onSlice the reader picked a slice
 */
export function showSlices(parent, summary, onSlice) {
  const metrics = summary.manifest.metrics;
  const tables = h("div", { class: "slice-tables" });
  /** @param {string} name */
  const draw = (name) => {
    const metric = /** @type {MetricInfo} */ (metrics.find((info) => info.name === name));
    tables.replaceChildren(...summary.slices.map((slices) => sliceTable(slices, metric, summary, onSlice)));
  };
  const first = metrics[0]?.name ?? "";
  parent.replaceChildren(choice("Metric", metrics.map(({ name, label }) => [name, label]), first, draw), tables);
  draw(first);
}

/** @param {SliceTable} slices @param {MetricInfo} metric @param {Summary} summary @param {OnSlice} onSlice */
function sliceTable({ column, slices }, metric, summary, onSlice) {
  const systems = summary.manifest.systems.map((system) => system.name);
  const means = slices.flatMap((slice) => slice.means).filter((item) => item.metric === metric.name && item.mean !== null);
  const values = means.map((item) => /** @type {number} */ (item.mean));
  const scale = shading(Math.min(...values), Math.max(...values), metric.higher_is_better);
  const head = h("tr", {}, h("th", { scope: "col" }, column), h("th", { scope: "col", class: "number" }, "Segments"), ...systems.map((name) => h("th", { scope: "col", class: "number" }, name)));
  const rows = slices.map((slice) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("button", { type: "button", class: "link", onclick: () => onSlice(column, slice.value) }, slice.value || "(empty)")),
      h("td", { class: "number" }, thousands(slice.segments)),
      ...systems.map((system) => sliceCell(slice, system, metric, scale)),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `${metric.label} by ${column}` },
    h("table", { class: "heat" }, h("caption", {}, `Mean segment ${metric.label} by ${column}`), h("thead", {}, head), h("tbody", {}, ...rows)),
  );
}

/** @param {Slice} slice @param {string} system @param {MetricInfo} metric @param {(value: number) => number} scale */
function sliceCell(slice, system, metric, scale) {
  const item = slice.means.find((mean) => mean.system === system && mean.metric === metric.name);
  if (!item || item.mean === null) return h("td", { class: "number none" }, "–");
  const title = `${system}, ${slice.value}: ${item.scored} of ${slice.segments} segments scored`;
  const cell = h("td", { class: "number", title }, item.mean.toFixed(metric.decimals));
  cell.style.setProperty("--heat", `${Math.round(100 * scale(item.mean))}%`);
  return cell;
}

/** From 0 (worst) to 1 (best). @param {number} low @param {number} high @param {boolean} higherIsBetter */
function shading(low, high, higherIsBetter) {
  /** @param {number} value */
  return (value) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return higherIsBetter ? share : 1 - share;
  };
}
