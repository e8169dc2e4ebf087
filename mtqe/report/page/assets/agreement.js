import { choice, h } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Summary} Summary */
/** @typedef {import("./store.js").Agreement} Agreement */
/** @typedef {import("./store.js").MetricInfo} MetricInfo */
/** @typedef {(system: string, first: string, second: string) => void} OnPair */

/** From which tau-b on an agreement is called so. @type {[number, string][]} */
const DEGREES = [
  [0.7, "very-strong"],
  [0.5, "strong"],
  [0.3, "moderate"],
  [0.1, "weak"],
  [-0.1, "none"],
  [-Infinity, "opposite"],
];

/**
 * How far metrics agree about the segments of a system, as a matrix with words.
 *
 * @param {HTMLElement} parent
 * @param {Summary} summary
 * @param {OnPair} onPair the reader wants to see two metrics against each other
 */
export function showAgreement(parent, summary, onPair) {
  const systems = summary.manifest.systems.map(({ name }) => /** @type {const} */ ([name, name]));
  const matrix = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("agreement") });
  /** @param {string} system */
  const draw = (system) => matrix.replaceChildren(agreementTable(summary, system, onPair));
  const first = systems[0]?.[0] ?? "";
  parent.replaceChildren(systems.length > 1 ? choice(say("system"), systems, first, draw) : "", matrix);
  draw(first);
}

/** @param {Summary} summary @param {string} system @param {OnPair} onPair */
function agreementTable({ manifest, agreement }, system, onPair) {
  const { metrics } = manifest;
  const own = agreement.filter((item) => item.system === system);
  const head = h("tr", {}, h("td", {}), ...metrics.slice(1).map(({ label }) => h("th", { scope: "col" }, label)));
  const rows = metrics
    .slice(0, -1)
    .map((row, index) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, row.label),
        ...metrics.slice(1).map((column, place) => (place < index ? h("td", {}) : pairCell(own, row, column, onPair))),
      ),
    );
  return h(
    "table",
    { class: "heat agreement" },
    h("caption", { class: "unseen" }, say("agreement.caption", { system })),
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
}

/** @param {Agreement[]} own @param {MetricInfo} row @param {MetricInfo} column @param {OnPair} onPair */
function pairCell(own, row, column, onPair) {
  const item = own.find(({ first, second }) => first === row.name && second === column.name);
  if (!item || item.kendall === null || item.pearson === null)
    return h("td", { class: "none" }, say("agreement.undefined"));
  const { kendall, pearson } = item;
  const word = say(`agreement.${DEGREES.find(([least]) => kendall >= least)?.[1]}`);
  const label = say("agreement.show", { first: row.label, second: column.label, system: item.system, word });
  const cell = h(
    "td",
    { title: say("segments", { count: item.segments }) },
    h(
      "button",
      {
        type: "button",
        class: "link",
        "aria-label": label,
        onclick: () => onPair(item.system, item.first, item.second),
      },
      word,
    ),
    h("small", {}, `τ ${kendall.toFixed(2)} · r ${pearson.toFixed(2)}`),
  );
  cell.style.setProperty("--heat", `${Math.round(100 * Math.max(0, kendall))}%`);
  return cell;
}
