import { h } from "./dom.js";
import { MQM_SEVERITIES } from "./mqm.js";
import { MARKS } from "./review.js";
import { fits } from "./reviewfile.js";
import { SPAN_SEVERITIES } from "./spans.js";
import { utf16Offsets } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./card.js").CardContext} CardContext */
/** @typedef {import("./review.js").ErrorLabel} ErrorLabel */
/** @typedef {import("./review.js").Mark} Mark */

/**
 * What a card's review buttons do; rows are in the corpus's order.
 *
 * @typedef {object} ReviewActions
 * @property {(row: number, mark: Mark) => void} mark sets a mark, or takes it back
 * @property {(row: number, error?: ErrorLabel) => void} label another error, or changes one
 * @property {(row: number) => void} note
 * @property {(row: number, span: import("./spans.js").ErrorSpan, what: Decision) => void} decide
 */

/** What a reviewer does with a span that the review begins with. @typedef {"accept" | "change" | "drop" | "undo"} Decision */

/** MQM's word for errors whose kind nobody named. */
const UNNAMED = "Other";

const SIGNS = { ok: "✓", unsure: "?", problem: "✗" };

/**
 * The labelled errors of a text, as parts to mark in it.
 *
 * @param {CardContext} context
 * @param {number} row
 * @param {string} text
 * @param {(error: ErrorLabel) => boolean} belongs which errors lie in this text
 * @returns {import("./text.js").Span[]}
 */
export function errorSpans({ store, review }, row, text, belongs) {
  const errors = review.of(store.ids[row]).errors.filter((error) => belongs(error) && fits(store, row, error));
  return errors.map(({ start, end, severity, category }) => {
    const [from, until] = utf16Offsets(text, [start, end]);
    return {
      start: from,
      end: until,
      className: `mqm ${severity}`,
      title: `${say(`severity.${severity}`)}: ${category}`,
    };
  });
}

/**
 * The labelled errors of a system's translation, in words.
 *
 * @param {CardContext} context
 * @param {number} row
 * @param {string} system
 * @param {string} name what the page calls it
 */
export function errorList({ store, state, review, actions }, row, system, name) {
  const errors = review.of(store.ids[row]).errors.filter((error) => error.system === system);
  if (!errors.length) return null;
  const items = errors.map((error) => {
    const { severity, category, side, text } = error;
    const quote = [
      side === "source" ? `${say("source")} ` : null,
      h("bdi", {}, `“${text}”`),
      fits(store, row, error) ? null : ` (${say("review.changed-text")})`,
    ];
    const words = [h("b", { class: severity }, say(`severity.${severity}`)), ` ${category} `, ...quote];
    if (!state.review) return h("li", {}, ...words);
    const label = say("review.change-error", { severity: say(`severity.${severity}`), category, text });
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "data-key": `error ${JSON.stringify(error)}`,
          "aria-label": label,
          onclick: () => actions.label(row, error),
        },
        ...words,
      ),
    );
  });
  return h("ul", { class: "errors", "aria-label": say("review.errors-of", { name }) }, ...items);
}

/**
 * A span of the run as what a reviewer decides about.
 *
 * @param {import("./store.js").Store} store
 * @param {import("./spans.js").ErrorSpan} span
 * @returns {import("./review.js").Proposal}
 */
export function proposalFor(store, { row, system, origin, side, start, end, category, severity, confidence }) {
  const text = (side === "source" ? store.sources[row] : store.hypotheses[system][row]) ?? "";
  return {
    origin: store.spans.origins[origin].name,
    system: store.systems[system],
    side,
    start,
    end,
    text: Array.from(text).slice(start, end).join(""),
    category: category || null,
    severity: SPAN_SEVERITIES[severity] ?? null,
    confidence,
  };
}

/**
 * What a reviewer can do with a span that the review begins with, or what was done; null for others.
 *
 * @param {CardContext} context
 * @param {number} row
 * @param {import("./spans.js").ErrorSpan} span
 */
export function decision({ store, state, review, actions }, row, span) {
  if (!state.review || store.spans.origins[span.origin].name !== state.startFrom) return null;
  const proposal = proposalFor(store, span);
  const made = review.decided(store.ids[row], proposal);
  const button = (/** @type {Decision} */ what) =>
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-key": `${what} ${JSON.stringify(proposal)}`,
        "aria-label": say(`decide.${what}-of`, { text: proposal.text }),
        onclick: () => actions.decide(row, span, what),
      },
      say(`decide.${what}`),
    );
  if (made === null)
    return h("span", { class: "group" }, .../** @type {const} */ (["accept", "change", "drop"]).map(button));
  const said = made === "dropped" ? "dropped" : isAsProposed(made) ? "accepted" : "changed";
  return h("span", { class: "group" }, h("b", { class: `decided ${said}` }, say(`decided.${said}`)), button("undo"));
}

/** Whether a label says what was proposed, as far as its severities and categories can. @param {ErrorLabel} error */
function isAsProposed({ proposed, start, end, side, category, severity }) {
  const label = proposed && labelOf(proposed);
  if (!label) return false;
  return (
    [label.start === start, label.end === end, label.side === side, label.category === category].every(Boolean) &&
    label.severity === severity
  );
}

/**
 * The label that accepting a proposal makes. MQM's labels of reviews have no critical errors: these
 * are major ones. Null where a reviewer has to say how grave it is.
 *
 * @param {import("./review.js").Proposal} proposed
 * @returns {ErrorLabel | null}
 */
export function labelOf(proposed) {
  const { system, side, start, end, text, category } = proposed;
  const graded = proposed.severity === "critical" ? "major" : proposed.severity;
  const severity = MQM_SEVERITIES.find((known) => known === graded);
  return severity ? { system, side, start, end, text, category: category ?? UNNAMED, severity, proposed } : null;
}

/** The mark of a segment, for readers who don't review. @param {CardContext} context @param {number} row */
export function markBadge({ store, state, review }, row) {
  const { mark } = review.of(store.ids[row]);
  return mark && !state.review
    ? h("span", { class: `badge mark-${mark}`, title: say("review.mark") }, `${SIGNS[mark]} ${say(`mark.${mark}`)}`)
    : null;
}

/** A segment's mark and note, with what changes them. @param {CardContext} context @param {number} row */
export function reviewLine({ store, state, review, actions }, row) {
  const said = review.of(store.ids[row]);
  const note = said.note ? h("p", { class: "note", dir: "auto" }, said.note) : null;
  if (!state.review) return note && h("div", { class: "line review" }, h("span", { class: "who" }, say("note")), note);
  const marks = MARKS.map((mark) => {
    const properties = {
      type: "button",
      class: `mark-${mark}`,
      "aria-pressed": String(said.mark === mark),
      "data-key": mark,
    };
    return h(
      "button",
      { ...properties, onclick: () => actions.mark(row, mark) },
      h("span", { "aria-hidden": "true" }, `${SIGNS[mark]} `),
      say(`mark.${mark}`),
    );
  });
  const tools = h(
    "div",
    { class: "review-tools" },
    h("div", { role: "group", class: "marks", "aria-label": say("review.mark-of", { id: store.ids[row] }) }, ...marks),
    h("button", { type: "button", "data-key": "label", onclick: () => actions.label(row) }, say("review.label")),
    h(
      "button",
      { type: "button", "data-key": "note", onclick: () => actions.note(row) },
      say(said.note ? "review.change-note" : "review.add-note"),
    ),
  );
  return h("div", { class: "line review" }, h("span", { class: "who" }, say("review")), h("div", {}, tools, note));
}
