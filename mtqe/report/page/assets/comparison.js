import { choice, h } from "./dom.js";
import { barRange, figure, intervalBar, intervalText, pText, signed } from "./intervals.js";
import { makeSortable } from "./sortable.js";
import { toast } from "./toast.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").ComparisonPanel} ComparisonPanel */
/** @typedef {import("./store.js").MetricPanel} MetricPanel */
/** @typedef {import("./store.js").PairedDifference} PairedDifference */
/** @typedef {import("./store.js").MetricInfo} MetricInfo */

/**
 * The best system against each other one by a metric, all pairs of systems where there are more than
 * two, and both as text to copy.
 *
 * @param {HTMLElement} parent
 * @param {ComparisonPanel} panel
 * @param {Store} store
 */
export function showComparison(parent, panel, store) {
  const place = h("div", { class: "comparison" });
  const found = panel.metrics.filter(({ differences }) => differences.length);
  const labels = found.map(({ metric }) => /** @type {const} */ ([metric, infoOf(store, metric).label]));
  const draw = (/** @type {string} */ name) => {
    const metric = /** @type {MetricPanel} */ (found.find((each) => each.metric === name));
    place.replaceChildren(...metricTables(metric, infoOf(store, name), store.systems));
  };
  const first = found.find(({ metric }) => metric === panel.leading)?.metric ?? found[0]?.metric;
  if (first === undefined) {
    parent.replaceChildren(h("p", {}, say("comparison.nothing")));
    return;
  }
  parent.replaceChildren(
    h(
      "div",
      { class: "bar" },
      choice(say("metric"), labels, first, draw),
      h("span", { class: "spring" }),
      copyButton(say("comparison.copy", { format: "Markdown" }), panel.markdown),
      copyButton(say("comparison.copy", { format: "LaTeX" }), panel.latex),
    ),
    place,
  );
  draw(first);
}

/** @param {Store} store @param {string} name @returns {MetricInfo} */
function infoOf(store, name) {
  return store.metrics[store.metricIndex(name)];
}

/** @param {string} label @param {string} text */
function copyButton(label, text) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast(say("copy.done")),
      () => toast(say("copy.refused-here")),
    );
  return h("button", { type: "button", class: "quiet", onclick: copy }, label);
}

/** @param {MetricPanel} metric @param {MetricInfo} info @param {string[]} systems */
function metricTables(metric, info, systems) {
  const { differences, pairs, segments } = metric;
  const table = differenceTable(differences, info);
  const region = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": say("comparison.caption", { metric: info.label }) },
    table,
  );
  const hint = h("p", { class: "hint" }, say("comparison.hint", { count: segments, best: differences[0].baseline }));
  if (systems.length < 3 || !pairs.length) return [region, hint];
  const matrix = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": say("comparison.pairs") },
    pairMatrix(metric, info, systems),
  );
  return [
    region,
    hint,
    h(
      "details",
      { class: "pairs" },
      h("summary", {}, say("comparison.pairs")),
      h("p", { class: "hint" }, pairsHint(metric)),
      matrix,
    ),
  ];
}

/** The systems that pairs are listed of: of very many, the best ones. @param {MetricPanel["pairs"]} pairs */
function listedSystems(pairs) {
  return new Set(pairs.flatMap(({ system, baseline }) => [system, baseline]));
}

/** @param {MetricPanel} metric */
function pairsHint({ pairs, order }) {
  const listed = listedSystems(pairs).size;
  const hint = say("comparison.pairs-hint");
  return listed < order.length ? `${hint} ${say("comparison.pairs-best", { count: listed })}` : hint;
}

/** Whether a difference is better, worse or neither. @param {PairedDifference} item */
function toneOf({ significant, better }) {
  return !significant || better === null ? "same" : better ? "gain" : "loss";
}

/** @param {PairedDifference[]} differences @param {MetricInfo} info */
function differenceTable(differences, info) {
  const range = barRange(differences.map((item) => ({ value: item.difference, low: item.low, high: item.high })));
  const body = differences.map((item) => {
    const interval = { value: item.difference, low: item.low, high: item.high };
    const tone = toneOf(item);
    return h(
      "tr",
      {},
      h("th", { scope: "row", "data-text": item.system }, h("bdi", {}, item.system)),
      figure(signed(item.difference, info.decimals), item.difference, tone),
      h("td", {}, intervalBar(interval, range, tone)),
      h("td", { class: "number" }, intervalText(interval, info.decimals)),
      figure(pText(item.p), item.p),
      figure(`${item.wins} / ${item.ties} / ${item.losses}`, item.wins - item.losses),
      h("td", {}, say(`comparison.${tone}`)),
    );
  });
  const heads = /** @type {const} */ ([
    ["system", "ascending"],
    ["comparison.difference", "descending"],
    ["comparison.bar", ""],
    ["comparison.interval", ""],
    ["comparison.p", "ascending"],
    ["comparison.wins", "descending"],
    ["comparison.words", ""],
  ]).map(([key, first]) =>
    h(
      "th",
      {
        scope: "col",
        "data-first": first || null,
        class: ["system", "comparison.bar", "comparison.words"].includes(key) ? "" : "number",
      },
      say(key),
    ),
  );
  const table = h(
    "table",
    { class: "systems" },
    h("caption", { class: "unseen" }, say("comparison.caption", { metric: info.label })),
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...body),
  );
  makeSortable(/** @type {HTMLTableElement} */ (table));
  return table;
}

/** Every system (rows) against every other one (columns), the best first. @param {MetricPanel} metric @param {MetricInfo} info @param {string[]} systems */
function pairMatrix({ pairs, order }, info, systems) {
  const listed = listedSystems(pairs);
  const names = (order.length ? order : systems).filter((name) => listed.has(name));
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, say("system")),
    ...names.map((name) => h("th", { scope: "col", class: "number" }, h("bdi", {}, name))),
  );
  const rows = names.map((row) => {
    const cells = names.map((column) => {
      const item = pairs.find(({ system, baseline }) => system === row && baseline === column);
      const turned = pairs.find(({ system, baseline }) => system === column && baseline === row);
      const found =
        item ??
        (turned && {
          ...turned,
          difference: -turned.difference,
          better: turned.better === null ? null : !turned.better,
        });
      if (!found) return h("td", { class: "number none" }, row === column ? "" : "–");
      const tone = !found.significant || found.better === null ? "same" : found.better ? "gain" : "loss";
      const title = `${row} − ${column}: ${signed(found.difference, info.decimals)}, p ${pText(found.p)}; ${say(`comparison.${tone}`)}`;
      return h(
        "td",
        { class: `number pair ${tone}`, title },
        signed(found.difference, info.decimals),
        tone === "same" ? null : "*",
      );
    });
    return h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, row)), ...cells);
  });
  return h(
    "table",
    { class: "systems matrix" },
    h("caption", { class: "unseen" }, say("comparison.pairs")),
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
}
