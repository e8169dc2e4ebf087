import { colour, h, svg } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Summary} Summary */
/** @typedef {import("./store.js").Histogram} Histogram */
/** @typedef {import("./store.js").Distribution} Distribution */
/** @typedef {import("./store.js").MetricInfo} MetricInfo */
/** The system is "" for any. @typedef {(range: { rangeMetric: string, rangeSystem: string, low: number, high: number }) => void} OnRange */

const WIDTH = 420;
const HEIGHT = 170;
const BOTTOM = 22;
export const DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 4", "1 4", "9 3 2 3 2 3"];
/** More lines than this at once can't be told apart. */
export const MAX_SHOWN = 6;
/** More histograms than this over one another can't be told apart: each gets a picture. */
const MAX_OVERLAID = 4;

/**
 * A histogram for each metric with all systems over one another and a legend that hides systems, or
 * with a small picture for each system where there are many.
 *
 * @param {HTMLElement} parent
 * @param {Summary} summary
 * @param {OnRange} onRange the reader picked a bin
 */
export function showHistograms(parent, summary, onRange) {
  const systems = summary.manifest.systems.map((system) => system.name);
  const shown = new Set(systems);
  const panels = h("div", { class: "panels" });
  const draw = () =>
    panels.replaceChildren(...summary.histograms.map((histogram) => panel(histogram, summary, shown, onRange)));
  const few = systems.length <= MAX_OVERLAID;
  panels.classList.toggle("multiples", !few);
  parent.replaceChildren(few ? legend(say("histograms.systems"), systems, shown, draw) : "", panels);
  draw();
}

/**
 * Which system has which line, and a box to hide it.
 *
 * @param {string} title
 * @param {string[]} systems
 * @param {Set<string>} shown changes as the reader picks
 * @param {() => void} draw called after that
 */
export function legend(title, systems, shown, draw) {
  const items = systems.map((name, index) => {
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: shown.has(name) }));
    box.addEventListener("change", () => {
      if (box.checked) shown.add(name);
      else shown.delete(name);
      draw();
    });
    return h("label", { class: "legend-item" }, box, lineSample(index), name);
  });
  return h("fieldset", { class: "legend" }, h("legend", { class: "unseen" }, title), ...items);
}

/** @param {number} system */
function lineSample(system) {
  return svg(
    "svg",
    { viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" },
    svg("path", { d: "M1 5H33", ...stroke(system) }),
  );
}

/** @param {number} system */
function stroke(system) {
  return { class: `curve ${colour(system)}`, "stroke-dasharray": DASHES[system % DASHES.length] || false };
}

/** @param {Histogram} histogram @param {Summary} summary @param {Set<string>} shown @param {OnRange} onRange */
function panel(histogram, summary, shown, onRange) {
  const metric = /** @type {MetricInfo} */ (summary.manifest.metrics.find((info) => info.name === histogram.metric));
  const direction = say(metric.higher_is_better ? "higher" : "lower");
  const many = histogram.distributions.length > MAX_OVERLAID;
  return h(
    "figure",
    { class: "panel" },
    h("figcaption", {}, h("strong", {}, metric.label), ` ${say("histograms.scores")} · ${direction}`),
    many ? multiples(histogram, metric, onRange) : picture(histogram, metric, shown, onRange),
    binTable(histogram, metric, onRange),
  );
}

/** @param {Histogram} histogram @param {MetricInfo} metric @param {Set<string>} shown @param {OnRange} onRange */
function picture(histogram, metric, shown, onRange) {
  const visible = histogram.distributions
    .map((distribution, system) => ({ distribution, system }))
    .filter(({ distribution }) => shown.has(distribution.system));
  const highest = Math.max(1, ...visible.flatMap(({ distribution }) => distribution.counts));
  const marks = visible.flatMap(({ distribution, system }) => [
    svg("path", { d: steps(distribution.counts, highest), ...stroke(system) }),
    medianMark(distribution, histogram, system),
  ]);
  const label = visible.map(({ distribution }) => describe(distribution, metric)).join("; ");
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": `${metric.label} ${say("histograms.scores")}. ${label}`,
    },
    ...axis(histogram, metric, highest),
    ...marks,
    ...histogram.edges.slice(0, -1).map((_, bin) => binTarget(histogram, metric, bin, onRange)),
  );
}

const SMALL = { width: 168, height: 56, bottom: 12 };

/** A small histogram for each system, all on the same scales. @param {Histogram} histogram @param {MetricInfo} metric @param {OnRange} onRange */
function multiples(histogram, metric, onRange) {
  const highest = Math.max(1, ...histogram.distributions.flatMap(({ counts }) => counts));
  const pictures = histogram.distributions.map((distribution, system) =>
    smallPicture(histogram, distribution, system, metric, highest, onRange),
  );
  return h("ul", { class: "small-multiples" }, ...pictures);
}

/** @param {Histogram} histogram @param {Distribution} distribution @param {number} system @param {MetricInfo} metric @param {number} highest @param {OnRange} onRange */
function smallPicture(histogram, distribution, system, metric, highest, onRange) {
  const { counts } = distribution;
  const width = SMALL.width / counts.length;
  const floor = SMALL.height - SMALL.bottom;
  const bars = counts.map((count, bin) => {
    const height = (floor - 2) * (count / highest);
    const pick = () => onRange(rangeOfBin(histogram, metric, bin, distribution.system));
    return svg(
      "g",
      { class: "small-bin", onclick: pick },
      svg("rect", {
        class: `filled ${colour(system)}`,
        x: (bin * width).toFixed(2),
        y: (floor - height).toFixed(2),
        width: (width - 0.6).toFixed(2),
        height: height.toFixed(2),
      }),
      svg(
        "rect",
        { class: "bin", x: (bin * width).toFixed(2), y: 0, width: width.toFixed(2), height: floor },
        svg("title", {}, `${binName(histogram, metric, bin)}: ${count}`),
      ),
    );
  });
  const [first, last] = [histogram.edges[0], histogram.edges.at(-1) ?? 1];
  const ends = [
    svg("text", { x: 0, y: SMALL.height - 1 }, tick(first, metric)),
    svg("text", { x: SMALL.width, y: SMALL.height - 1, "text-anchor": "end" }, tick(last, metric)),
  ];
  const median = distribution.quartiles ? distribution.quartiles[1].toFixed(metric.decimals) : "–";
  return h(
    "li",
    {},
    h("p", {}, h("bdi", {}, distribution.system), h("small", {}, say("histograms.median", { median }))),
    svg(
      "svg",
      { viewBox: `0 0 ${SMALL.width} ${SMALL.height}`, role: "img", "aria-label": describe(distribution, metric) },
      svg("path", { class: "axis", d: `M0 ${floor}H${SMALL.width}` }),
      ...bars,
      ...ends,
    ),
  );
}

/** @param {Histogram} histogram @param {MetricInfo} metric @param {number} bin @param {string} rangeSystem */
function rangeOfBin(histogram, metric, bin, rangeSystem) {
  const [low, high] = bounds(histogram, bin);
  return { rangeMetric: metric.name, rangeSystem, low, high };
}

/** @param {Distribution} distribution @param {MetricInfo} metric */
function describe({ system, quartiles, scored }, metric) {
  if (!quartiles) return `${system}: ${say("histograms.unscored")}`;
  const [low, median, high] = quartiles.map((value) => value.toFixed(metric.decimals));
  return `${system}: ${say("histograms.quartiles", { low, median, high })}, ${say("segments", { count: scored })}`;
}

/** @param {number[]} counts @param {number} highest */
function steps(counts, highest) {
  const width = WIDTH / counts.length;
  const heights = counts.map((count) => (HEIGHT - BOTTOM - 8) * (count / highest));
  const tops = heights.map((height) => (HEIGHT - BOTTOM - height).toFixed(1));
  return (
    `M0 ${HEIGHT - BOTTOM}` +
    tops.map((top, bin) => `V${top}H${((bin + 1) * width).toFixed(1)}`).join("") +
    `V${HEIGHT - BOTTOM}`
  );
}

/** A triangle under the axis at the median. @param {Distribution} distribution @param {Histogram} histogram @param {number} system */
function medianMark({ quartiles }, { edges }, system) {
  if (!quartiles) return null;
  const first = edges[0];
  const last = /** @type {number} */ (edges.at(-1));
  const x = Math.max(0, Math.min(1, (quartiles[1] - first) / (last - first))) * WIDTH;
  const y = HEIGHT - BOTTOM;
  return svg("path", { d: `M${x} ${y - 7}l4 7h-8z`, class: `median ${colour(system)}` });
}

/** @param {Histogram} histogram @param {MetricInfo} metric @param {number} highest */
function axis({ edges, open_below: below, open_above: above }, metric, highest) {
  const bins = edges.length - 1;
  const every = Math.max(1, Math.ceil(bins / 5));
  const labels = edges.flatMap((edge, index) => {
    if (index % every && index !== bins) return [];
    if (index !== bins && bins - index < every * 0.7) return [];
    const anchor = index === 0 ? "start" : index === bins ? "end" : "middle";
    const prefix = index === 0 && below ? "≤ " : index === bins && above ? "≥ " : "";
    return [
      svg("text", { x: (index / bins) * WIDTH, y: HEIGHT - 6, "text-anchor": anchor }, prefix + tick(edge, metric)),
    ];
  });
  const y = HEIGHT - BOTTOM;
  return [
    svg("path", { class: "axis", d: `M0 ${y}H${WIDTH}` }),
    svg("path", { class: "grid", d: `M0 8H${WIDTH}` }),
    svg("text", { x: WIDTH, y: 20, "text-anchor": "end" }, say("segments", { count: highest })),
    ...labels,
  ];
}

/** @param {number} value @param {MetricInfo} metric */
function tick(value, metric) {
  return String(Number(value.toFixed(metric.decimals)));
}

/** @param {Histogram} histogram @param {number} bin @returns {[number, number]} */
function bounds({ edges, open_below: below, open_above: above }, bin) {
  const low = bin === 0 && below ? -Infinity : edges[bin];
  const high = bin === edges.length - 2 && above ? Infinity : edges[bin + 1];
  return [low, high];
}

/** @param {Histogram} histogram @param {MetricInfo} metric @param {number} bin @param {OnRange} onRange */
function binTarget(histogram, metric, bin, onRange) {
  const width = WIDTH / (histogram.edges.length - 1);
  const counts = histogram.distributions.map(({ system, counts: all }) => `${system}: ${all[bin]}`).join("\n");
  return svg(
    "rect",
    {
      class: "bin",
      x: bin * width,
      y: 0,
      width,
      height: HEIGHT - BOTTOM,
      onclick: () => onRange(rangeOfBin(histogram, metric, bin, "")),
    },
    svg("title", {}, `${metric.label} ${binName(histogram, metric, bin)}\n${counts}`),
  );
}

/** @param {Histogram} histogram @param {MetricInfo} metric @param {number} bin */
function binName(histogram, metric, bin) {
  const [low, high] = bounds(histogram, bin);
  if (low === -Infinity) return say("histograms.up-to", { high: tick(high, metric) });
  if (high === Infinity) return say("histograms.from", { low: tick(low, metric) });
  return say("histograms.bin", { low: tick(low, metric), high: tick(high, metric) });
}

/** The same figures as a table, each bin a button. @param {Histogram} histogram @param {MetricInfo} metric @param {OnRange} onRange */
function binTable(histogram, metric, onRange) {
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, metric.label),
    ...histogram.distributions.map(({ system }) => h("th", { scope: "col" }, system)),
  );
  const rows = histogram.edges.slice(0, -1).map((_, bin) => {
    const pick = h(
      "button",
      { type: "button", class: "link", onclick: () => onRange(rangeOfBin(histogram, metric, bin, "")) },
      binName(histogram, metric, bin),
    );
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, pick),
      ...histogram.distributions.map(({ counts }) => h("td", {}, String(counts[bin]))),
    );
  });
  const table = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": say("histograms.table", { metric: metric.label }) },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)),
  );
  return h("details", {}, h("summary", {}, say("as-table")), table);
}
