import { findingBadges, findingSpans } from "./badges.js";
import { formatScore, h, thousands } from "./dom.js";
import { diff } from "./diff.js";
import { errorList, errorSpans, markBadge, reviewLine } from "./marking.js";
import { ngramPanel } from "./ngramview.js";
import { showText } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./findings.js").Finding} Finding */
/** @typedef {import("./text.js").Span} Span */

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
 * @property {Set<number>} ngrams rows whose n-grams are shown
 * @property {(row: number) => void} toggleNgrams
 * @property {(check: string) => void} onCheck the reader wants all findings of a check
 * @property {(row: number, what: "link" | "row") => void} copy
 * @property {import("./review.js").Review} review
 * @property {import("./marking.js").ReviewActs} acts
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
  const found = store.findings.of(row).filter(({ system }) => system < 0 || shown.includes(system));
  const labelled = errorSpans(context, row, store.sources[row], ({ side }) => side === "source");
  const sourceSpans = [...findingSpans(found, "source", store.sources[row]), ...labelled];
  return h(
    "article",
    { class: state.layout === "columns" ? "card columns" : "card", tabindex: "-1", "aria-posinset": index + 1, "aria-setsize": context.size, "aria-label": `Segment ${store.ids[row]}`, "data-row": row },
    cardHead(context, row, index),
    findingBadges(found.filter(({ system }) => system < 0), context.onCheck),
    textLine(context, row, "Source", store.sources[row], store.sourceLanguage, "source", sourceSpans),
    ...store.references.map((column, reference) => referenceLine(context, row, column[row], reference, found)),
    h("div", { class: "translations" }, ...shown.map((system) => systemLine(context, row, system, found))),
    context.ngrams.has(row) ? ngramSection(context, row, shown) : null,
    reviewLine(context, row),
  );
}

/** @param {CardContext} context @param {number} row @param {number} index */
function cardHead(context, row, index) {
  const { store, size, copy, ngrams, toggleNgrams } = context;
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
    markBadge(context, row),
    h("span", { class: "place" }, `${thousands(index + 1)} of ${thousands(size)}`),
    ngramBase(store, row, "") === null ? null : h("button", { type: "button", class: "quiet", "aria-expanded": String(ngrams.has(row)), onclick: () => toggleNgrams(row) }, "n-grams"),
    h("button", { type: "button", class: "quiet", onclick: () => copy(row, "link") }, "Copy link"),
    h("button", { type: "button", class: "quiet", onclick: () => copy(row, "row") }, "Copy row"),
  );
}

/** @param {CardContext} context @param {number} row @param {string | null} text @param {number} reference @param {Finding[]} found */
function referenceLine(context, row, text, reference, found) {
  if (text === null) return null;
  const label = context.store.references.length > 1 ? `Reference ${reference + 1}` : "Reference";
  const spans = reference === 0 ? findingSpans(found, "reference", text) : [];
  return textLine(context, row, label, text, context.store.targetLanguage, "reference", spans);
}

/**
 * @param {CardContext} context
 * @param {number} row
 * @param {string} label
 * @param {string} text
 * @param {string} language
 * @param {string} kind
 * @param {Span[]} spans
 */
function textLine(context, row, label, text, language, kind, spans) {
  return h("div", { class: `line ${kind}` }, h("span", { class: "who" }, label), textCell(context, row, text, language, null, spans));
}

/** @param {CardContext} context @param {number} row @param {number} system @param {Finding[]} found */
function systemLine(context, row, system, found) {
  const { store } = context;
  const hypothesis = store.hypotheses[system][row];
  const own = found.filter((finding) => finding.system === system);
  const text =
    hypothesis === null
      ? h("p", { class: "text missing" }, `No translation: ${store.failures[system].get(row) ?? "no reason was given"}`)
      : textCell(context, row, hypothesis, store.targetLanguage, diffBase(context, row, system), hypothesisSpans(context, row, system, hypothesis, own));
  const scores = store.metrics.map((_, metric) => scoreCell(context, row, system, metric));
  const content = h("div", { class: "content" }, text, errorList(context, row, store.systems[system]), findingBadges(own, context.onCheck));
  return h("div", { class: "line system", "data-system": store.systems[system] }, systemLabel(store, system), content, h("div", { class: "scores" }, ...scores));
}

/** What checks and reviewers found in a translation. @param {CardContext} context @param {number} row @param {number} system @param {string} text @param {Finding[]} found */
function hypothesisSpans(context, row, system, text, found) {
  const name = context.store.systems[system];
  const labelled = errorSpans(context, row, text, (error) => error.side === "hypothesis" && error.system === name);
  return [...findingSpans(found, "hypothesis", text), ...labelled];
}

/** @param {CardContext} context @param {number} row @param {number[]} systems */
function ngramSection({ store, state }, row, systems) {
  const base = ngramBase(store, row, state.diff);
  if (base === null) return null;
  const reference = store.references[base][row]?.slice(0, LONG) ?? "";
  const panels = systems.map((system) => {
    const hypothesis = store.hypotheses[system][row]?.slice(0, LONG);
    return hypothesis === undefined ? null : ngramPanel(store.systems[system], hypothesis, reference, store.targetLanguage, state.invisible);
  });
  const which = store.references.length > 1 ? `reference ${base + 1}` : "the reference";
  const hint = `Against ${which}. Each word is underlined as often as the longest matched n-gram around it is long; dotted words are not in the reference.`;
  return h("div", { class: "ngram-panels" }, h("p", { class: "hint" }, hint), ...panels);
}

/** Which reference n-grams are counted against: the one that is compared with, or the first; null for none. @param {Store} store @param {number} row @param {string} diffed */
function ngramBase(store, row, diffed) {
  const chosen = diffed.startsWith("r:") ? Number(diffed.slice(2)) : -1;
  if (store.references[chosen]?.[row] != null) return chosen;
  const first = store.references.findIndex((column) => column[row] !== null);
  return first < 0 ? null : first;
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
  const other = kind === "o" ? store.counterparts[system] : store.systems.indexOf(name);
  return other >= 0 && other !== system ? store.hypotheses[other][row] : null;
}

/**
 * @param {CardContext} context
 * @param {number} row
 * @param {string} text
 * @param {string} language
 * @param {string | null} base
 * @param {Span[]} spans to mark
 */
function textCell(context, row, text, language, base, spans) {
  const whole = text.length <= LONG || context.expanded.has(row);
  const shown = whole ? text : text.slice(0, LONG).replace(/[\ud800-\udbff]$/, "");
  const from = base === null || whole ? base : base.slice(0, LONG);
  const cell = h("p", { class: "text", lang: language, dir: "auto" });
  const pieces = from === null ? [{ kind: /** @type {const} */ ("same"), text: shown }] : diff(from, shown, language);
  showText(cell, pieces, { search: context.search, invisible: context.state.invisible, spans });
  if (text === "") cell.append(h("span", { class: "missing", lang: "en" }, "empty"));
  if (whole) return cell;
  const label = `Show all ${thousands(text.length)} characters`;
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
  const place = store.systems.length > 2 ? h("small", { class: "place-among", "aria-label": `rank ${better + 1}` }, String(better + 1)) : null;
  return h("span", { class: best ? "score best" : "score", title }, label, formatScore(score, info.decimals), place);
}

/** How many systems score better and worse. @param {Store} store @param {number} row @param {number} system @param {number} metric */
function placeAmong(store, row, system, metric) {
  const sign = store.metrics[metric].higher_is_better ? 1 : -1;
  const mine = sign * store.scores[system][metric][row];
  const ahead = store.scores.map((scores) => sign * scores[metric][row] - mine);
  return { better: ahead.filter((gap) => gap > 0).length, worse: ahead.filter((gap) => gap < 0).length };
}
