import { formatScore, h } from "./dom.js";
import { diff } from "./diff.js";
import { showText } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */

/** Longer texts are cut until the reader asks for all of it. */
const LONG = 3000;

/**
 * What a card needs to know of the view.
 *
 * @typedef {object} CardContext
 * @property {Store} store
 * @property {State} state
 * @property {RegExp | null} search
 * @property {number} size how many segments are listed
 * @property {Set<number>} expanded rows whose long texts are shown whole
 * @property {(row: number) => void} expand
 * @property {(row: number, what: "link" | "row") => void} copy
 */

/**
 * A segment: its source, its references and all translations with their scores.
 *
 * @param {CardContext} context
 * @param {number} row in the corpus's order
 * @param {number} index in the list
 */
export function card(context, row, index) {
  const { store, state } = context;
  const shown = store.systems.map((_, system) => system).filter((system) => !state.hidden.includes(store.systems[system]));
  return h(
    "article",
    { class: "card", tabindex: "-1", "aria-posinset": index + 1, "aria-setsize": context.size, "aria-label": `Segment ${store.ids[row]}`, "data-row": row },
    cardHead(context, row, index),
    textLine(context, row, "Source", store.sources[row], store.sourceLanguage, "source"),
    ...store.references.map((column, reference) => referenceLine(context, row, column[row], reference)),
    ...shown.map((system) => systemLine(context, row, system)),
  );
}

/** @param {CardContext} context @param {number} row @param {number} index */
function cardHead({ store, size, copy }, row, index) {
  const document = store.documents[row];
  return h(
    "header",
    {},
    h("span", { class: "segment-id" }, store.ids[row]),
    document === null ? null : h("span", { class: "badge", title: "document" }, document),
    ...store.metadataNames.map((name, column) => {
      const value = store.metadata[column][row];
      return value === null ? null : h("span", { class: "badge", title: name }, value);
    }),
    h("span", { class: "place" }, `${(index + 1).toLocaleString("en")} of ${size.toLocaleString("en")}`),
    h("button", { type: "button", class: "quiet", onclick: () => copy(row, "link") }, "Copy link"),
    h("button", { type: "button", class: "quiet", onclick: () => copy(row, "row") }, "Copy row"),
  );
}

/** @param {CardContext} context @param {number} row @param {string | null} text @param {number} reference */
function referenceLine(context, row, text, reference) {
  if (text === null) return null;
  const label = context.store.references.length > 1 ? `Reference ${reference + 1}` : "Reference";
  return textLine(context, row, label, text, context.store.targetLanguage, "reference");
}

/**
 * @param {CardContext} context
 * @param {number} row
 * @param {string} label
 * @param {string} text
 * @param {string} language
 * @param {string} kind
 */
function textLine(context, row, label, text, language, kind) {
  return h("div", { class: `line ${kind}` }, h("span", { class: "who" }, label), textCell(context, row, text, language, null));
}

/** @param {CardContext} context @param {number} row @param {number} system */
function systemLine(context, row, system) {
  const { store } = context;
  const hypothesis = store.hypotheses[system][row];
  const text =
    hypothesis === null
      ? h("p", { class: "text missing" }, `No translation: ${store.failures[system].get(row) ?? "no reason was given"}`)
      : textCell(context, row, hypothesis, store.targetLanguage, diffBase(context, row, system));
  const scores = store.metrics.map((_, metric) => scoreCell(context, row, system, metric));
  return h("div", { class: "line system" }, systemLabel(store, system), text, h("div", { class: "scores" }, ...scores));
}

/** @param {Store} store @param {number} system */
export function systemLabel(store, system) {
  return h("span", { class: "who" }, h("i", { class: `swatch s${system % 8}`, "aria-hidden": "true" }), store.systems[system]);
}

/**
 * The text that a translation is compared with; null for none.
 *
 * @param {CardContext} context
 * @param {number} row
 * @param {number} system
 */
function diffBase({ store, state }, row, system) {
  const [kind, name] = [state.diff.slice(0, 1), state.diff.slice(2)];
  if (kind === "r") return store.references[Number(name)]?.[row] ?? null;
  const other = store.systems.indexOf(name);
  return kind === "s" && other >= 0 && other !== system ? store.hypotheses[other][row] : null;
}

/**
 * @param {CardContext} context
 * @param {number} row
 * @param {string} text
 * @param {string} language
 * @param {string | null} base
 */
function textCell(context, row, text, language, base) {
  const whole = text.length <= LONG || context.expanded.has(row);
  const shown = whole ? text : text.slice(0, LONG).replace(/[\ud800-\udbff]$/, "");
  const from = base === null || whole ? base : base.slice(0, LONG);
  const cell = h("p", { class: "text", lang: language, dir: "auto" });
  const pieces = from === null ? [{ kind: /** @type {const} */ ("same"), text: shown }] : diff(from, shown, language);
  showText(cell, pieces, { search: context.search, invisible: context.state.invisible });
  if (text === "") cell.append(h("span", { class: "missing", lang: "en" }, "empty"));
  if (whole) return cell;
  const label = `Show all ${text.length.toLocaleString("en")} characters`;
  return h("div", { class: "text" }, cell, h("button", { type: "button", class: "quiet", onclick: () => context.expand(row) }, label));
}

/** @param {CardContext} context @param {number} row @param {number} system @param {number} metric */
function scoreCell({ store }, row, system, metric) {
  const info = store.metrics[metric];
  const score = store.scores[system][metric][row];
  const label = h("span", { class: "metric-label" }, info.label);
  if (Number.isNaN(score)) return h("span", { class: "score none", title: `${info.label}: unscored` }, label, "–");
  const { better, worse } = placeAmong(store, row, system, metric);
  const best = better === 0 && worse > 0;
  const title = `${info.label} ${score}, rank ${better + 1} of ${store.systems.length}`;
  return h("span", { class: best ? "score best" : "score", title }, label, formatScore(score, info.decimals));
}

/** How many systems score better and worse. @param {Store} store @param {number} row @param {number} system @param {number} metric */
function placeAmong(store, row, system, metric) {
  const sign = store.metrics[metric].higher_is_better ? 1 : -1;
  const mine = sign * store.scores[system][metric][row];
  const ahead = store.scores.map((scores) => sign * scores[metric][row] - mine);
  return { better: ahead.filter((gap) => gap > 0).length, worse: ahead.filter((gap) => gap < 0).length };
}
