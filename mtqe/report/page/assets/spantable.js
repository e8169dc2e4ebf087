import { severityMark } from "./badges.js";
import { h } from "./dom.js";
import { originLabel } from "./spanmarks.js";
import { NO_CATEGORY, SPAN_SEVERITIES } from "./spans.js";
import { say, thousands } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./spans.js").ErrorSpan} ErrorSpan */
/** @typedef {(filter: import("./spans.js").SpanFilter) => void} OnSpans */
/** What a column counts: a severity, or a category. @typedef {{ severity: number, category: string }} Column */

const EVERYTHING = {
  spanOrigin: "",
  spanCategory: "",
  spanSeverity: "",
  spanSystem: "",
  spanOther: "",
  spanAgreement: "",
};

/**
 * How many spans each origin marked in each system's translations, by severity and by category; each
 * count lists its segments.
 *
 * @param {HTMLElement} parent
 * @param {Store} store
 * @param {OnSpans} onSpans
 */
export function showSpans(parent, store, onSpans) {
  const { spans } = store;
  const tables = spans.origins.map((_, origin) => {
    const own = spans.all.filter((span) => span.origin === origin);
    const head = h("h3", {}, originLabel(spans, origin));
    if (!own.length) return h("div", {}, head, h("p", {}, say("spans.none")));
    return h("div", {}, head, originTable(store, origin, own, onSpans));
  });
  parent.replaceChildren(...tables);
}

/** @param {Store} store @param {number} origin @param {ErrorSpan[]} own @param {OnSpans} onSpans */
function originTable(store, origin, own, onSpans) {
  const { name, label } = store.spans.origins[origin];
  const severities = SPAN_SEVERITIES.map((_, severity) => severity).filter((severity) =>
    own.some((span) => span.severity === severity),
  );
  const named = store.spans.categories.filter((category) => own.some((span) => span.category === category));
  const nameless = own.some((span) => !span.category) && named.length ? [""] : [];
  const categories = [...named, ...nameless];
  const count = (/** @type {number} */ system, /** @type {(span: ErrorSpan) => boolean} */ test) =>
    own.filter((span) => span.system === system && test(span)).length;
  const cell = (
    /** @type {number} */ system,
    /** @type {(span: ErrorSpan) => boolean} */ test,
    /** @type {string} */ what,
    /** @type {object} */ filter,
  ) => {
    const found = count(system, test);
    if (!found) return h("td", { class: "number none" }, "–");
    const words = { count: found, what, name: store.systems[system], origin: label };
    const onclick = () => onSpans({ ...EVERYTHING, spanOrigin: name, spanSystem: store.systems[system], ...filter });
    const properties = { type: "button", class: "link", "aria-label": say("spans.count-of", words), onclick };
    return h("td", { class: "number" }, h("button", properties, thousands(found)));
  };
  const rows = store.systems.map((systemName, system) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, systemName),
      ...severities.map((severity) =>
        cell(system, (span) => span.severity === severity, say(`severity.${SPAN_SEVERITIES[severity]}`), {
          spanSeverity: SPAN_SEVERITIES[severity],
        }),
      ),
      ...categories.map((category) =>
        cell(system, (span) => span.category === category, category || say("spans.no-category"), {
          spanCategory: category || NO_CATEGORY,
        }),
      ),
      cell(system, () => true, say("spans.all"), {}),
    ),
  );
  const heads = [
    ...severities.map((severity) => h("th", { scope: "col", class: "number" }, severityMark(severity))),
    ...categories.map((category) => h("th", { scope: "col", class: "number" }, category || say("spans.no-category"))),
  ];
  const caption = say("spans.caption", { origin: label });
  const table = h(
    "table",
    { class: "found-table" },
    h("caption", { class: "unseen" }, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, say("system")),
        ...heads,
        h("th", { scope: "col", class: "number" }, say("findings.total")),
      ),
    ),
    h("tbody", {}, ...rows),
  );
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}
