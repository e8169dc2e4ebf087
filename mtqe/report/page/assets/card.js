import { findingBadges, findingSpans } from "./badges.js";
import { blindName, blindOrder } from "./blind.js";
import { FOLDED, PAIRED, referenceName, SCORED } from "./controls.js";
import { colour, formatScore, h } from "./dom.js";
import { diff } from "./diff.js";
import { decision, errorList, errorSpans, markBadge, reviewLine } from "./reviewtools.js";
import { ngramPanel } from "./ngramview.js";
import { segmentPlace } from "./segmentname.js";
import { layersOf, layerSpans, shownSpans, spanList } from "./spanmarks.js";
import { CHECKS } from "./spans.js";
import { showText } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./findings.js").Finding} Finding */
/** @typedef {import("./text.js").Span} Span */
/** @typedef {import("./spans.js").ErrorSpan} ErrorSpan */

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
 * @property {Set<number>} unfolded rows that show all translations
 * @property {(row: number) => void} unfold
 * @property {Set<number>} ngrams rows whose n-grams are shown
 * @property {(row: number) => void} toggleNgrams
 * @property {Set<number>} listed rows whose spans are listed
 * @property {(row: number) => void} toggleListed
 * @property {(check: string) => void} onCheck the reader wants all findings of a check
 * @property {(row: number, what: "link" | "row") => void} copy
 * @property {import("./review.js").Review} review
 * @property {import("./reviewtools.js").ReviewActions} actions
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
  const { first, others } = arrangement(store, state, row);
  const shown = context.unfolded.has(row) || state.unfolded ? [...first, ...others] : first;
  const visible = isBlind(state)
    ? []
    : store.findings.of(row).filter(({ system }) => system < 0 || shown.includes(system));
  const labelled = errorSpans(context, row, store.sources[row], ({ side }) => side === "source");
  const marked = markedSpans(context, row).filter(({ system }) => shown.includes(system));
  const sourceSpans = [
    ...layerSpans(store.spans, marked, "source", store.sources[row]),
    ...findingSpans(visible, "source", store.sources[row]),
    ...labelled,
  ];
  const folded = first.length + others.length - shown.length;
  const more = { type: "button", class: "quiet others", onclick: () => context.unfold(row) };
  return h(
    "article",
    {
      class: state.layout === "columns" ? "card columns" : "card",
      tabindex: "-1",
      "aria-posinset": index + 1,
      "aria-setsize": context.size,
      "aria-label": say("segment.name", { id: store.ids[row] }),
      "data-row": row,
    },
    cardHead(context, row, index),
    findingBadges(
      visible.filter(({ system }) => system < 0),
      context.onCheck,
    ),
    textLine(context, row, say("source"), store.sources[row], store.sourceLanguage, "source", sourceSpans),
    ...store.references.map((column, reference) => referenceLine(context, row, column[row], reference, visible)),
    h("div", { class: "translations" }, ...shown.map((system) => systemLine(context, row, system, visible, marked))),
    folded ? h("button", more, say("list.others", { count: folded })) : null,
    context.ngrams.has(row) ? ngramSection(context, row, shown) : null,
    reviewLine(context, row),
  );
}

/** Whether a reader must not know which system gave what. @param {State} state */
export function isBlind(state) {
  return state.review && state.blind;
}

/** What the page calls a system's translation of a segment. @param {Store} store @param {State} state @param {number} row @param {number} system */
export function shownName(store, state, row, system) {
  return isBlind(state) ? blindName(store, row, system) : store.systems[system];
}

/**
 * Systems in the order in which a card shows them: those that the list is sorted by come first, and
 * where there are many, the others are folded.
 *
 * @param {Store} store
 * @param {State} state
 * @param {number} row
 * @returns {{ first: number[], others: number[] }}
 */
export function arrangement(store, state, row) {
  if (isBlind(state)) return { first: blindOrder(store, row), others: [] };
  const shown = store.systems
    .map((_, system) => system)
    .filter((system) => !state.hidden.includes(store.systems[system]));
  if (!SCORED.includes(state.sort)) return { first: shown, others: [] };
  const names = [state.sortSystem, ...(PAIRED.includes(state.sort) ? [state.otherSystem] : [])];
  const leading = names.map((name) => store.systems.indexOf(name)).filter((system) => shown.includes(system));
  const others = shown.filter((system) => !leading.includes(system));
  return leading.length && shown.length > FOLDED
    ? { first: leading, others }
    : { first: [...leading, ...others], others: [] };
}

/**
 * The spans that a card marks. A blind review shows those alone that it begins with: the others would
 * tell what metrics think of a translation.
 *
 * @param {CardContext} context
 * @param {number} row
 */
export function markedSpans({ store, state }, row) {
  const shown = shownSpans(store.spans, state, row);
  return isBlind(state) ? shown.filter(({ origin }) => store.spans.origins[origin].name === state.startFrom) : shown;
}

/** @param {CardContext} context @param {number} row */
function spansButton(context, row) {
  const { spans } = context.store;
  const count = markedSpans(context, row).filter(({ origin }) => spans.origins[origin].name !== CHECKS).length;
  if (!count) return null;
  const properties = {
    type: "button",
    class: "quiet",
    "data-key": "spans",
    "aria-expanded": String(context.listed.has(row)),
    onclick: () => context.toggleListed(row),
  };
  return h("button", properties, say("spans.count", { count }));
}

/** @param {CardContext} context @param {number} row @param {number} index */
function cardHead(context, row, index) {
  const { store, size, copy, ngrams, toggleNgrams } = context;
  const document = store.documents[row];
  return h(
    "header",
    {},
    h("span", { class: "segment-place" }, segmentPlace(store, row)),
    h("span", { class: "segment-id" }, store.ids[row]),
    document === null ? null : h("span", { class: "badge", title: say("document") }, document),
    ...store.metadataNames.map((name, column) => {
      const value = store.metadata[column][row];
      return value === null ? null : h("span", { class: "badge", title: name }, value);
    }),
    markBadge(context, row),
    h("span", { class: "place" }, say("list.place", { place: index + 1, size })),
    spansButton(context, row),
    ngramBase(store, row, "") === null
      ? null
      : h(
          "button",
          {
            type: "button",
            class: "quiet",
            "aria-expanded": String(ngrams.has(row)),
            onclick: () => toggleNgrams(row),
          },
          say("ngrams"),
        ),
    h("button", { type: "button", class: "quiet", onclick: () => copy(row, "link") }, say("copy.link")),
    h("button", { type: "button", class: "quiet unblind", onclick: () => copy(row, "row") }, say("copy.row")),
  );
}

/** @param {CardContext} context @param {number} row @param {string | null} text @param {number} reference @param {Finding[]} found */
function referenceLine(context, row, text, reference, found) {
  if (text === null) return null;
  const label = referenceName(context.store.references.length, reference);
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
  return h(
    "div",
    { class: `line ${kind}` },
    h("span", { class: "who" }, label),
    textCell(context, row, text, language, null, spans),
  );
}

/** @param {CardContext} context @param {number} row @param {number} system @param {Finding[]} found @param {ErrorSpan[]} marked */
function systemLine(context, row, system, found, marked) {
  const { store, state } = context;
  const hypothesis = store.hypotheses[system][row];
  const own = found.filter((finding) => finding.system === system);
  const spans = marked.filter((span) => span.system === system);
  const reason = store.failures[system].get(row) ?? say("translation.no-reason");
  const text =
    hypothesis === null
      ? h("p", { class: "text missing" }, say("translation.none", { reason: isBlind(state) ? "–" : reason }))
      : textCell(context, row, hypothesis, store.targetLanguage, diffBase(context, row, system), [
          ...layerSpans(store.spans, spans, "hypothesis", hypothesis),
          ...hypothesisSpans(context, row, system, hypothesis, own),
        ]);
  const name = shownName(store, state, row, system);
  const scores = isBlind(state) ? [] : store.metrics.map((_, metric) => scoreCell(context, row, system, metric));
  const errors = errorList(context, row, store.systems[system], name);
  const decide = (/** @type {ErrorSpan} */ span) => decision(context, row, span);
  const listed = context.listed.has(row) || (state.review && state.startFrom !== "");
  const list = listed ? spanList(context, row, system, name, spans, decide) : null;
  const content = h("div", { class: "content" }, text, errors, list, findingBadges(own, context.onCheck));
  const who = isBlind(state) ? h("span", { class: "who" }, name) : systemLabel(store, system);
  return h(
    "div",
    { class: "line system", "data-system": store.systems[system] },
    who,
    content,
    h("div", { class: "scores" }, ...scores),
  );
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
    return hypothesis === undefined
      ? null
      : ngramPanel(shownName(store, state, row, system), hypothesis, reference, store.targetLanguage, state.invisible);
  });
  const hint = say("ngrams.hint", { reference: referenceName(store.references.length, base) });
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
  return h(
    "span",
    { class: "who" },
    h("i", { class: `swatch ${colour(system)}`, "aria-hidden": "true" }),
    store.systems[system],
  );
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
  const layers = layersOf(spans);
  if (layers) cell.style.setProperty("--layers", String(layers));
  const pieces = from === null ? [{ kind: /** @type {const} */ ("same"), text: shown }] : diff(from, shown, language);
  showText(cell, pieces, { search: context.search, invisible: context.state.invisible, spans });
  if (text === "") cell.append(h("span", { class: "missing", lang: null }, say("translation.empty")));
  if (whole) return cell;
  const label = say("text.all", { count: text.length });
  return h(
    "div",
    { class: "text" },
    cell,
    h("button", { type: "button", class: "quiet", onclick: () => context.expand(row) }, label),
  );
}

/** @param {CardContext} context @param {number} row @param {number} system @param {number} metric */
function scoreCell({ store }, row, system, metric) {
  const info = store.metrics[metric];
  const score = store.scores[system][metric][row];
  const label = h("span", { class: "metric-label" }, info.label);
  if (Number.isNaN(score))
    return h("span", { class: "score none", title: `${info.label}: ${say("unscored")}` }, label, "–");
  const { better, worse } = placeAmong(store, row, system, metric);
  const best = better === 0 && worse > 0;
  const title = `${info.label} ${score}, ${say("rank.of", { rank: better + 1, count: store.systems.length })}`;
  const place =
    store.systems.length > 2
      ? h("small", { class: "place-among", "aria-label": say("rank", { rank: better + 1 }) }, String(better + 1))
      : null;
  return h("span", { class: best ? "score best" : "score", title }, label, formatScore(score, info.decimals), place);
}

/** How many systems score better and worse. @param {Store} store @param {number} row @param {number} system @param {number} metric */
function placeAmong(store, row, system, metric) {
  const sign = store.metrics[metric].higher_is_better ? 1 : -1;
  const mine = sign * store.scores[system][metric][row];
  const ahead = store.scores.map((scores) => sign * scores[metric][row] - mine);
  return { better: ahead.filter((gap) => gap > 0).length, worse: ahead.filter((gap) => gap < 0).length };
}
