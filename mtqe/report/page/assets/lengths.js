import { DASHES, legend, MAX_SHOWN } from "./charts.js";
import { colour, h, svg } from "./dom.js";
import { roundNumbers } from "./correlation.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Summary} Summary */
/** @typedef {import("./store.js").MetricInfo} MetricInfo */
/** @typedef {import("./store.js").LengthBucket} LengthBucket */
/** @typedef {import("./store.js").LengthMean} LengthMean */
/** @typedef {(shortest: number, longest: number) => void} OnLength */
/** A system's line: its place among the systems and among those shown. @typedef {{ system: number, place: number, shown: number, name: string }} Line */

const SIZE = { width: 420, height: 190, left: 44, bottom: 26, top: 10 };

/**
 * For each metric, the mean segment scores by the length of the source, a line a system.
 *
 * @param {HTMLElement} parent
 * @param {Summary} summary
 * @param {OnLength} onLength the reader picked a range of lengths
 */
export function showLengths(parent, summary, onLength) {
  const systems = summary.manifest.systems.map((system) => system.name);
  const shown = new Set(systems.slice(0, MAX_SHOWN));
  const panels = h("div", { class: "panels" });
  const draw = () =>
    panels.replaceChildren(...summary.manifest.metrics.map((metric) => lengthPanel(summary, metric, shown, onLength)));
  parent.replaceChildren(legend(say("lengths.systems"), systems, shown, draw), panels);
  draw();
}

/** @param {Summary} summary @param {MetricInfo} metric @param {Set<string>} shown @param {OnLength} onLength */
function lengthPanel({ manifest, lengths }, metric, shown, onLength) {
  const names = manifest.systems.map(({ name }) => name);
  return h(
    "figure",
    { class: "panel" },
    h(
      "figcaption",
      {},
      h("strong", {}, metric.label),
      ` ${say("lengths.mean")} · ${say(metric.higher_is_better ? "higher" : "lower")}`,
    ),
    lengthPicture(lengths, metric, names, shown, onLength),
    lengthTable(lengths, metric, names, onLength),
  );
}

/** @param {LengthBucket} bucket */
function lengthName({ shortest, longest }) {
  return shortest === longest ? String(shortest) : `${shortest}–${longest}`;
}

/** @param {LengthBucket} bucket @param {string} system @param {MetricInfo} metric */
function meanOf(bucket, system, metric) {
  return bucket.means.find((mean) => mean.system === system && mean.metric === metric.name);
}

/** @param {LengthBucket[]} buckets @param {MetricInfo} metric @param {string[]} names @param {Set<string>} shown @param {OnLength} onLength */
function lengthPicture(buckets, metric, names, shown, onLength) {
  const visible = names.map((name, system) => ({ name, system })).filter(({ name }) => shown.has(name));
  const lines = visible.map((line, place) => ({ ...line, place, shown: visible.length }));
  const [low, high] = spread(buckets, metric, lines);
  const scale = (/** @type {number} */ value) =>
    SIZE.height - SIZE.bottom - ((value - low) / (high - low)) * (SIZE.height - SIZE.bottom - SIZE.top);
  const column = (SIZE.width - SIZE.left) / Math.max(buckets.length, 1);
  return svg(
    "svg",
    {
      viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
      role: "img",
      "aria-label": `${say("lengths.title", { metric: metric.label })} ${lines.map((line) => lineInWords(line, buckets, metric)).join("; ")}`,
    },
    ...roundNumbers(low, high).flatMap((value) => [
      svg("path", { class: "grid", d: `M${SIZE.left} ${scale(value)}H${SIZE.width}` }),
      svg("text", { x: SIZE.left - 6, y: scale(value) + 4, "text-anchor": "end" }, String(value)),
    ]),
    svg("path", { class: "axis", d: `M${SIZE.left} ${SIZE.height - SIZE.bottom}H${SIZE.width}` }),
    ...buckets.map((bucket, index) =>
      svg(
        "text",
        { x: SIZE.left + (index + 0.5) * column, y: SIZE.height - 8, "text-anchor": "middle" },
        lengthName(bucket),
      ),
    ),
    ...lines.flatMap((line) => lineMarks(line, buckets, metric, scale, column)),
    ...buckets.map((bucket, index) => lengthTarget(bucket, metric, SIZE.left + index * column, column, onLength)),
  );
}

/** The range that all means and intervals take. @param {LengthBucket[]} buckets @param {MetricInfo} metric @param {Line[]} lines @returns {[number, number]} */
function spread(buckets, metric, lines) {
  const means = buckets.flatMap((bucket) => lines.map(({ name }) => meanOf(bucket, name, metric)));
  const ends = means
    .flatMap((item) => [item?.low ?? item?.mean, item?.high ?? item?.mean])
    .filter((value) => typeof value === "number");
  const [low, high] = ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
  const room = (high - low) * 0.05 || 0.5;
  return [low - room, high + room];
}

/** @param {Line} line @param {LengthBucket[]} buckets @param {MetricInfo} metric */
function lineInWords({ name }, buckets, metric) {
  const means = buckets.map((bucket) => {
    const mean = meanOf(bucket, name, metric)?.mean;
    return `${say("lengths.range", { range: lengthName(bucket) })} ${typeof mean === "number" ? mean.toFixed(metric.decimals) : say("unscored")}`;
  });
  return `${name}: ${means.join(", ")}`;
}

/** @param {Line} line @param {LengthBucket[]} buckets @param {MetricInfo} metric @param {(value: number) => number} scale @param {number} column */
function lineMarks({ name, system, place, shown }, buckets, metric, scale, column) {
  const points = buckets.flatMap((bucket, index) => {
    const item = meanOf(bucket, name, metric);
    if (!item || item.mean === null) return [];
    const x = SIZE.left + (index + 0.5) * column + (place - (shown - 1) / 2) * 7;
    return [{ x, y: scale(item.mean), low: scale(item.low ?? item.mean), high: scale(item.high ?? item.mean) }];
  });
  const path = points.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const whiskers = points.map(({ x, low, high }) => `M${x.toFixed(1)} ${low.toFixed(1)}V${high.toFixed(1)}`).join("");
  return [
    svg("path", { d: whiskers, class: `whisker ${colour(system)}` }),
    svg("path", {
      d: path,
      class: `curve ${colour(system)}`,
      "stroke-dasharray": DASHES[system % DASHES.length] || false,
    }),
    ...points.map(({ x, y }) => svg("path", { d: marker(system, x, y), class: `median ${colour(system)}` })),
  ];
}

/** A circle, a square, a triangle or a diamond. @param {number} system @param {number} x @param {number} y */
function marker(system, x, y) {
  const shapes = ["m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-3.5-3.5h7v7h-7z", "m0-4.5l4.5 8h-9z", "m0-5l5 5l-5 5l-5-5z"];
  return `M${x.toFixed(1)} ${y.toFixed(1)}${shapes[system % shapes.length]}`;
}

/** @param {LengthBucket} bucket @param {MetricInfo} metric @param {number} x @param {number} width @param {OnLength} onLength */
function lengthTarget(bucket, metric, x, width, onLength) {
  const means = bucket.means
    .filter((item) => item.metric === metric.name && item.mean !== null)
    .map((item) => `${item.system}: ${item.mean?.toFixed(metric.decimals)}`);
  return svg(
    "rect",
    { class: "bin", x, y: 0, width, height: SIZE.height, onclick: () => onLength(bucket.shortest, bucket.longest) },
    svg(
      "title",
      {},
      `${say("lengths.range", { range: lengthName(bucket) })}, ${say("segments", { count: bucket.segments })}\n${means.join("\n")}`,
    ),
  );
}

/** The same figures as a table, each range a button. @param {LengthBucket[]} buckets @param {MetricInfo} metric @param {string[]} names @param {OnLength} onLength */
function lengthTable(buckets, metric, names, onLength) {
  const head = h(
    "tr",
    {},
    ...[say("lengths.characters"), say("lengths.segments"), ...names].map((name) => h("th", { scope: "col" }, name)),
  );
  const rows = buckets.map((bucket) => {
    const pick = h(
      "button",
      { type: "button", class: "link", onclick: () => onLength(bucket.shortest, bucket.longest) },
      lengthName(bucket),
    );
    const cells = names.map((name) => h("td", {}, meanInWords(meanOf(bucket, name, metric), metric)));
    return h("tr", {}, h("th", { scope: "row" }, pick), h("td", {}, String(bucket.segments)), ...cells);
  });
  const table = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": say("lengths.table", { metric: metric.label }) },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)),
  );
  return h("details", {}, h("summary", {}, say("as-table")), table);
}

/** @param {LengthMean | undefined} item @param {MetricInfo} metric */
function meanInWords(item, { decimals }) {
  if (!item || item.mean === null) return "–";
  const interval =
    item.low === null || item.high === null ? "" : ` (${item.low.toFixed(decimals)} – ${item.high.toFixed(decimals)})`;
  return item.mean.toFixed(decimals) + interval;
}
