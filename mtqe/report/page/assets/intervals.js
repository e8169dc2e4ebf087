import { h, svg } from "./dom.js";

const BAR = { width: 132, height: 16, edge: 5 };

/** A value with the ends of its interval; null where the data can't bound it. @typedef {{ value: number, low: number | null, high: number | null }} Interval */

/**
 * The range that bars of some intervals share; 0 is in it.
 *
 * @param {Interval[]} intervals
 * @returns {[number, number]}
 */
export function barRange(intervals) {
  const ends = intervals
    .flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
    .filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return low < high ? [low, high] : [-1, 1];
}

/**
 * An interval as a small bar with a line at 0.
 *
 * @param {Interval} interval
 * @param {[number, number]} range of all bars beside it
 * @param {string} tone a class: "gain", "loss" or "same"
 */
export function intervalBar({ value, low, high }, [least, most], tone) {
  const middle = BAR.height / 2;
  const x = (/** @type {number} */ at) =>
    (BAR.edge + ((at - least) / (most - least)) * (BAR.width - 2 * BAR.edge)).toFixed(1);
  const line =
    low !== null && high !== null ? svg("path", { class: "bar-line", d: `M${x(low)} ${middle}H${x(high)}` }) : null;
  return svg(
    "svg",
    {
      class: `bar-picture ${tone}`,
      viewBox: `0 0 ${BAR.width} ${BAR.height}`,
      width: BAR.width,
      height: BAR.height,
      "aria-hidden": "true",
    },
    svg("path", { class: "bar-zero", d: `M${x(0)} 0V${BAR.height}` }),
    line,
    svg("circle", { class: "bar-dot", cx: x(value), cy: middle, r: 3.5 }),
  );
}

/** @param {number} value @param {number} decimals */
export function signed(value, decimals) {
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return text.replace("-", "");
  return value > 0 ? `+${text}` : text.replace("-", "−");
}

/** An interval in figures. @param {Interval} interval @param {number} decimals */
export function intervalText({ low, high }, decimals) {
  return low === null || high === null ? "–" : `${signed(low, decimals)} … ${signed(high, decimals)}`;
}

/** @param {number} p */
export function pText(p) {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** A figure in a table's cell, with what it is sorted by. @param {string} text @param {number} value @param {string} [tone] */
export function figure(text, value, tone = "") {
  return h("td", { class: `number ${tone}`, "data-value": Number.isFinite(value) ? value : "" }, text);
}
