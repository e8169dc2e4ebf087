import { severityMark } from "./badges.js";
import { h } from "./dom.js";
import { CHECKS, SPAN_SEVERITIES } from "./spans.js";
import { utf16Offsets } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./card.js").CardContext} CardContext */
/** @typedef {import("./spans.js").ErrorSpan} ErrorSpan */
/** @typedef {import("./spans.js").Spans} Spans */
/** @typedef {import("./state.js").State} State */

/** So many layers have a line of their own under the text; further ones share the lowest. */
const LAYERS = 6;

/** The class of an origin's layer. @param {number} origin */
export function layer(origin) {
  return `o${Math.min(origin, LAYERS - 1)}`;
}

/**
 * The spans of a segment whose layers the reader has not switched off.
 *
 * @param {Spans} spans
 * @param {State} state
 * @param {number} row
 */
export function shownSpans(spans, state, row) {
  if (!spans.any) return [];
  return spans.of(row).filter(({ origin }) => !state.layersOff.includes(spans.origins[origin].name));
}

/**
 * Parts of a text to mark, one line under it for each origin. Checks mark theirs as findings.
 *
 * @param {Spans} spans
 * @param {ErrorSpan[]} shown
 * @param {string} side of the spans that count
 * @param {string} text
 * @returns {import("./text.js").Span[]}
 */
export function layerSpans(spans, shown, side, text) {
  return shown
    .filter((span) => span.side === side && spans.origins[span.origin].name !== CHECKS)
    .map((span) => {
      if (span.start === span.end) return gapMark(spans, span, text);
      const [start, end] = utf16Offsets(text, [span.start, span.end]);
      const className = `span ${layer(span.origin)} ${SPAN_SEVERITIES[span.severity] ?? "ungraded"}`;
      return { start, end, className, title: spanInWords(spans, span) };
    });
}

/** Where something is missing: a bar at the character after it, or after the last one. @param {Spans} spans @param {ErrorSpan} span @param {string} text @returns {import("./text.js").Span} */
function gapMark(spans, span, text) {
  const [here, next] = utf16Offsets(text, [span.start, span.start + 1]);
  const title = spanInWords(spans, span);
  if (next > here) return { start: here, end: next, className: `gap-at ${layer(span.origin)}`, title };
  const [last] = utf16Offsets(text, [Math.max(span.start - 1, 0)]);
  return { start: last, end: here, className: `gap-after ${layer(span.origin)}`, title };
}

/** A span in one line. @param {Spans} spans @param {ErrorSpan} span */
function spanInWords(spans, span) {
  const graded = span.severity >= 0 ? say(`severity.${SPAN_SEVERITIES[span.severity]}`) : "";
  const said = [graded, span.category, sureness(span)].filter(Boolean).join(", ");
  const head = `${spans.origins[span.origin].label}: ${said || say("spans.error")}`;
  return span.explanation ? `${head}. ${span.explanation}` : head;
}

/** @param {ErrorSpan} span */
function sureness({ confidence }) {
  return confidence === null ? "" : say("spans.confidence", { percent: Math.round(confidence * 100) });
}

/** How many lines lie under a text, at most. @param {import("./text.js").Span[]} spans */
export function layersOf(spans) {
  const layers = spans.flatMap(({ className }) => (className.startsWith("span ") ? [Number(className[6])] : []));
  return layers.length ? Math.max(...layers) + 1 : 0;
}

/**
 * The spans of a translation in words, each with its explanation on demand.
 *
 * @param {CardContext} context
 * @param {number} row
 * @param {number} system
 * @param {string} name what the page calls the system
 * @param {ErrorSpan[]} shown of this system
 * @param {(span: ErrorSpan) => Node | null} more what else stands at a span
 */
export function spanList({ store }, row, system, name, shown, more) {
  const { spans } = store;
  const listed = shown.filter(({ origin }) => spans.origins[origin].name !== CHECKS);
  if (!listed.length) return null;
  const texts = { source: store.sources[row], hypothesis: store.hypotheses[system][row] ?? "" };
  const items = listed.map((span) =>
    h(
      "li",
      { class: SPAN_SEVERITIES[span.severity] ?? "ungraded" },
      originLabel(spans, span.origin),
      span.severity >= 0 ? severityMark(span.severity) : null,
      span.category ? h("span", {}, span.category) : null,
      quotedPart(texts[span.side], span),
      span.confidence === null ? null : h("span", { class: "soft" }, sureness(span)),
      span.explanation
        ? h("details", {}, h("summary", {}, say("spans.why")), h("p", { dir: "auto" }, span.explanation))
        : null,
      more(span),
    ),
  );
  return h("ul", { class: "spans", "aria-label": say("spans.of", { name }) }, ...items);
}

/** What a span marks, or where something is missing. @param {string} text @param {ErrorSpan} span */
function quotedPart(text, { side, start, end }) {
  const where = side === "source" ? `${say("source")} ` : "";
  const [from, until] = utf16Offsets(text, [start, end]);
  if (from === until) return h("span", {}, `${where}${say("spans.missing", { place: start })}`);
  return h("span", {}, where, h("bdi", {}, `“${text.slice(from, until)}”`));
}

/** An origin with a sample of its line. @param {Spans} spans @param {number} origin */
export function originLabel(spans, origin) {
  const { name, label } = spans.origins[origin];
  const sample = name === CHECKS ? "found minor" : `span ${layer(origin)} major`;
  return h("span", { class: "origin" }, h("i", { class: sample, "aria-hidden": "true" }, "ab"), ` ${label}`);
}

/**
 * The legend: each origin with its line, and a box that shows or hides its layer.
 *
 * @param {Spans} spans
 * @param {import("./controls.js").Inputs} inputs
 */
export function spanLegend(spans, inputs) {
  const boxes = spans.origins.map(({ name }, origin) => {
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name: `layer ${name}` }));
    /** @type {string[]} */
    let off = [];
    box.addEventListener("change", () =>
      inputs.change({ layersOff: box.checked ? off.filter((other) => other !== name) : [...off, name] }),
    );
    inputs.syncs.push((state) => {
      off = state.layersOff;
      box.checked = !off.includes(name);
    });
    return h("label", { class: "check" }, box, originLabel(spans, origin));
  });
  return h("fieldset", { class: "span-legend" }, h("legend", {}, say("spans")), ...boxes);
}
