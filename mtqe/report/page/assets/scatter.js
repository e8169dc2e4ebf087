import { Brush } from "./brush.js";
import { formatScore, h, svg } from "./dom.js";
import { drawPoints } from "./points.js";
import { boxed, filterRows, scoreColumn } from "./query.js";
import { rangeOf, correlate, roundNumbers } from "./correlation.js";
import { NO_BOX, toNumber } from "./state.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./brush.js").Rectangle} Rectangle */
/** @typedef {import("./correlation.js").Correlation} Correlation */
/** @typedef {import("./correlation.js").Quadrant} Quadrant */

/** A click takes the nearest point within so many pixels. */
const NEAR = 12;

/** One axis: which scores, and the range that the plot shows. @typedef {{ name: string, scores: Float64Array, low: number, high: number, decimals: number }} Axis */

/** Two scores of each segment against each other; a box drawn over them filters the segments. */
export class Scatter {
  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   * @param {(change: Partial<State>) => void} change
   */
  constructor(parent, store, change) {
    this.store = store;
    this.change = change;
    /** @type {{ x: Axis, y: Axis } | null} */
    this.axes = null;
    /** The state that the points were drawn for, but for the box, and how many rows there were. */
    this.drawn = "";
    this.loaded = 0;
    /** @type {Correlation} */
    this.correlation = correlate(new Float64Array(0), new Float64Array(0), new Uint32Array(0));
    /** @type {((state: State) => void)[]} */
    this.syncs = [];
    this.canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img" }));
    this.medians = h("div", { class: "medians", "aria-hidden": "true" });
    const keys = say("scatter.keys");
    this.field = h(
      "div",
      { class: "plot-field", tabindex: "0", role: "application", "aria-label": keys },
      this.canvas,
      diagonal(),
      this.medians,
    );
    this.brush = new Brush(this.field, {
      moved: (rectangle) => this.#count(this.#toBox(rectangle)),
      done: (rectangle) => this.change(rectangle ? this.#toBox(rectangle) : NO_BOX),
      clicked: (across, up) => this.#open(across, up),
      chosen: () => this.change({ view: "segments" }),
    });
    this.below = h("div", { class: "ticks across", "aria-hidden": "true" });
    this.beside = h("div", { class: "ticks up", "aria-hidden": "true" });
    this.words = h("p", { class: "scatter-words" });
    this.quadrants = h("div", {});
    this.counted = h("p", { class: "counted", role: "status" });
    this.list = h("button", { type: "button", onclick: () => this.change({ view: "segments" }) }, say("scatter.list"));
    this.clear = h(
      "button",
      { type: "button", class: "quiet", onclick: () => this.change(NO_BOX) },
      say("scatter.clear"),
    );
    parent.append(this.#axisChoices(), h("div", { class: "scatter" }, this.#plot(), this.#side()));
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    new MutationObserver(() => this.#draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** @param {State} state @param {Uint32Array} listed the rows that pass all filters */
  show(state, listed) {
    for (const sync of this.syncs) sync(state);
    const drawn = JSON.stringify({ ...state, ...NO_BOX, view: "", segment: "" });
    if (drawn !== this.drawn || this.loaded !== this.store.loaded) this.#correlate(state, listed);
    this.drawn = drawn;
    this.loaded = this.store.loaded;
    if (!this.axes) return;
    this.brush.show(boxed(state) ? this.#toRectangle(state) : null);
    this.#count(boxed(state) ? state : null);
  }

  /** Show other points, or by other scores. @param {State} state @param {Uint32Array} listed */
  #correlate(state, listed) {
    const rows = boxed(state) ? filterRows(this.store, { ...state, ...NO_BOX }) : listed;
    const x = this.#axis(state.xSystem, state.xMetric, rows);
    const y = this.#axis(state.ySystem, state.yMetric, rows);
    this.axes = x && y ? { x, y } : null;
    if (!x || !y) return;
    if (state.xMetric === state.yMetric) shareRange(x, y);
    this.correlation = correlate(x.scores, y.scores, rows);
    this.words.textContent = this.#inWords(rows.length);
    this.canvas.setAttribute("aria-label", this.words.textContent);
    this.quadrants.replaceChildren(this.#quadrantTable(x, y));
    this.#showTicks(x, y, state);
    this.#draw();
  }

  /** @param {string} system @param {string} metric @param {Uint32Array} rows @returns {Axis | null} */
  #axis(system, metric, rows) {
    const scores = scoreColumn(this.store, system, metric);
    const info = this.store.metrics[this.store.metricIndex(metric)];
    if (!scores || !info) return null;
    const [low, high] = rangeOf(scores, rows);
    return { name: say("scatter.axis", { metric: info.label, system }), scores, low, high, decimals: info.decimals };
  }

  #plot() {
    return h("div", { class: "plot" }, this.beside, this.field, this.below);
  }

  #side() {
    return h(
      "div",
      { class: "scatter-side" },
      this.words,
      this.quadrants,
      this.#boxFields(),
      h("div", { class: "group" }, this.counted, this.list, this.clear),
    );
  }

  #axisChoices() {
    const systems = this.store.systems.map((name) => /** @type {const} */ ([name, name]));
    const metrics = this.store.metrics.map(({ name, label }) => /** @type {const} */ ([name, label]));
    const pair = (/** @type {string} */ title, /** @type {"x" | "y"} */ axis) =>
      h(
        "div",
        { class: "group" },
        `${title}:`,
        this.#choice(`${axis}Metric`, `${title}: ${say("scatter.metric")}`, metrics),
        say("sort.of"),
        this.#choice(`${axis}System`, `${title}: ${say("scatter.system")}`, systems),
      );
    return h("div", { class: "scatter-axes" }, pair(say("scatter.across"), "x"), pair(say("scatter.up"), "y"));
  }

  /** @param {"xSystem" | "xMetric" | "ySystem" | "yMetric"} key @param {string} label @param {(readonly [string, string])[]} options */
  #choice(key, label, options) {
    const select = /** @type {HTMLSelectElement} */ (
      h("select", { "aria-label": label }, ...options.map(([value, text]) => h("option", { value }, text)))
    );
    select.addEventListener("change", () => this.change({ [key]: select.value, ...NO_BOX }));
    this.syncs.push((state) => (select.value = state[key]));
    return select;
  }

  #boxFields() {
    const rows = /** @type {const} */ ([
      [say("scatter.across"), "xLow", "xHigh"],
      [say("scatter.up"), "yLow", "yHigh"],
    ]).map(([title, low, high]) =>
      h(
        "div",
        { class: "group" },
        h("span", { class: "edge" }, title),
        this.#bound(low, `${title}, ${say("filter.from")}`),
        say("filter.to"),
        this.#bound(high, `${title}, ${say("filter.to")}`),
      ),
    );
    return h("fieldset", { class: "box-fields" }, h("legend", {}, say("scatter.box")), ...rows);
  }

  /** @param {keyof typeof NO_BOX} key @param {string} label */
  #bound(key, label) {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "number", step: "any", "aria-label": label }));
    input.addEventListener("change", () => this.change({ [key]: toNumber(input.value) }));
    this.syncs.push((state) => (input.value = Number.isFinite(state[key] ?? NaN) ? String(state[key]) : ""));
    return input;
  }

  /** @param {number} all how many rows there are, scored or not */
  #inWords(all) {
    const { x, y } = /** @type {{ x: Axis, y: Axis }} */ (this.axes);
    const { rows, pearson, medianX, medianY } = this.correlation;
    if (!rows.length) return say("scatter.none", { x: x.name, y: y.name });
    const correlation = Number.isNaN(pearson)
      ? say("scatter.no-correlation")
      : say("scatter.correlation", { value: pearson.toFixed(2) });
    const medians = say("scatter.medians", {
      across: formatScore(medianX, x.decimals),
      up: formatScore(medianY, y.decimals),
    });
    const what = all < this.store.count ? "scatter.words-filtered" : "scatter.words";
    return say(what, { x: x.name, y: y.name, count: rows.length, correlation, medians });
  }

  /** @param {Axis} x @param {Axis} y */
  #quadrantTable(x, y) {
    const { medianX, medianY, quadrants } = this.correlation;
    const at = [formatScore(medianX, x.decimals), formatScore(medianY, y.decimals)];
    const cell = (/** @type {Quadrant} */ { count, box }) =>
      h(
        "td",
        {},
        h(
          "button",
          { type: "button", class: "link", disabled: !count, onclick: () => this.change(box) },
          say("segments", { count }),
        ),
      );
    const row = (/** @type {string} */ name, /** @type {number} */ from) =>
      h("tr", {}, h("th", { scope: "row" }, name), cell(quadrants[from]), cell(quadrants[from + 1]));
    const head = h(
      "tr",
      {},
      h("td", {}),
      h("th", { scope: "col" }, say("scatter.below-across", { score: at[0] })),
      h("th", { scope: "col" }, say("scatter.from-across", { score: at[0] })),
    );
    return h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": say("scatter.quadrants") },
      h(
        "table",
        { class: "quadrants" },
        h("thead", {}, head),
        h(
          "tbody",
          {},
          row(say("scatter.from-up", { score: at[1] }), 0),
          row(say("scatter.below-up", { score: at[1] }), 2),
        ),
      ),
    );
  }

  /** @param {Axis} x @param {Axis} y @param {State} state */
  #showTicks(x, y, state) {
    const { medianX, medianY } = this.correlation;
    const ticks = (/** @type {Axis} */ { low, high }, /** @type {"left" | "bottom"} */ side) =>
      roundNumbers(low, high).map((value) => placeAt(h("span", {}, String(value)), side, (value - low) / (high - low)));
    this.below.replaceChildren(...ticks(x, "left"), h("b", {}, x.name));
    this.beside.replaceChildren(...ticks(y, "bottom"), h("b", {}, y.name));
    const lines = this.correlation.rows.length
      ? [
          placeAt(h("i", { class: "across" }), "left", shareOf(x, medianX)),
          placeAt(h("i", { class: "up" }), "bottom", shareOf(y, medianY)),
        ]
      : [];
    this.medians.replaceChildren(...lines);
    this.field.classList.toggle("same-metric", state.xMetric === state.yMetric);
  }

  #draw() {
    if (!this.axes || !this.canvas.clientWidth) return;
    const { x, y } = this.axes;
    const { rows } = this.correlation;
    drawPoints(
      this.canvas,
      Float32Array.from(rows, (row) => shareOf(x, x.scores[row])),
      Float32Array.from(rows, (row) => shareOf(y, y.scores[row])),
    );
  }

  /** @param {Rectangle} rectangle */
  #toBox({ left, right, bottom, top }) {
    const { x, y } = /** @type {{ x: Axis, y: Axis }} */ (this.axes);
    return { xLow: valueAt(x, left), xHigh: valueAt(x, right), yLow: valueAt(y, bottom), yHigh: valueAt(y, top) };
  }

  /** @param {typeof NO_BOX} box @returns {Rectangle} */
  #toRectangle({ xLow, xHigh, yLow, yHigh }) {
    const { x, y } = /** @type {{ x: Axis, y: Axis }} */ (this.axes);
    return {
      left: edgeOf(x, xLow, 0),
      right: edgeOf(x, xHigh, 1),
      bottom: edgeOf(y, yLow, 0),
      top: edgeOf(y, yHigh, 1),
    };
  }

  /** Say how many segments a box holds. @param {typeof NO_BOX | null} box */
  #count(box) {
    this.list.hidden = this.clear.hidden = box === null;
    if (!box || !this.axes) {
      this.counted.textContent = say("scatter.draw");
      return;
    }
    const { x, y } = this.axes;
    const [xLow, xHigh, yLow, yHigh] = [
      box.xLow ?? -Infinity,
      box.xHigh ?? Infinity,
      box.yLow ?? -Infinity,
      box.yHigh ?? Infinity,
    ];
    let inside = 0;
    for (const row of this.correlation.rows) {
      if (x.scores[row] >= xLow && x.scores[row] <= xHigh && y.scores[row] >= yLow && y.scores[row] <= yHigh)
        inside += 1;
    }
    this.counted.textContent = say("scatter.inside", { count: inside });
  }

  /** Show the segment of the point that was clicked. @param {number} across @param {number} up */
  #open(across, up) {
    if (!this.axes) return;
    const { x, y } = this.axes;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    let [nearest, best] = [-1, NEAR];
    for (const row of this.correlation.rows) {
      const distance = Math.hypot(
        (shareOf(x, x.scores[row]) - across) * width,
        (shareOf(y, y.scores[row]) - up) * height,
      );
      if (distance < best) [nearest, best] = [row, distance];
    }
    if (nearest >= 0) this.change({ view: "segments", segment: this.store.ids[nearest] });
  }
}

/** From corner to corner; the style shows it where the axes share a range. */
function diagonal() {
  const line = svg("line", { x1: 0, y1: 1, x2: 1, y2: 0, "vector-effect": "non-scaling-stroke" });
  return svg(
    "svg",
    { class: "diagonal", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" },
    line,
  );
}

/** Give both axes one range, so that their diagonal is where the scores are equal. @param {Axis} x @param {Axis} y */
function shareRange(x, y) {
  [x.low, x.high] = [Math.min(x.low, y.low), Math.max(x.high, y.high)];
  [y.low, y.high] = [x.low, x.high];
}

/** Where a score lies on an axis, from 0 to 1. @param {Axis} axis @param {number} score */
function shareOf({ low, high }, score) {
  return (score - low) / (high - low);
}

/** The score at a place of an axis, as a bound. @param {Axis} axis @param {number} place from 0 to 1 */
function valueAt({ low, high, decimals }, place) {
  return Number((low + place * (high - low)).toFixed(decimals + 1));
}

/** @param {Axis} axis @param {number | null} bound @param {number} end where there is no bound */
function edgeOf(axis, bound, end) {
  return Math.max(0, Math.min(shareOf(axis, bound ?? (end ? axis.high : axis.low)), 1));
}

/** @template {HTMLElement} E @param {E} element @param {"left" | "bottom"} side @param {number} place from 0 to 1 */
function placeAt(element, side, place) {
  element.style[side] = `${100 * place}%`;
  return element;
}
