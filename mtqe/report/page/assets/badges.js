import { h } from "./dom.js";
import { SEVERITIES } from "./findings.js";
import { utf16Offsets } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./findings.js").Finding} Finding */
/** @typedef {import("./text.js").Span} Span */

/** A shape for each severity, so that nothing hangs on colour. */
const SHAPES = ["◆", "▲", "●"];

/**
 * A severity with its shape.
 *
 * @param {number} severity
 */
export function severityMark(severity) {
  return h(
    "span",
    { class: `severity ${SEVERITIES[severity]}` },
    h("i", { "aria-hidden": "true" }, SHAPES[severity]),
    say(`severity.${SEVERITIES[severity]}`),
  );
}

/**
 * Findings as a list of badges, the gravest first; null for none.
 *
 * @param {Finding[]} found
 * @param {(check: string) => void} onCheck the reader wants all findings of a check
 */
export function findingBadges(found, onCheck) {
  if (!found.length) return null;
  const items = [...found]
    .sort((a, b) => a.severity - b.severity)
    .map(({ check, severity, message }) =>
      h(
        "li",
        { class: `finding ${SEVERITIES[severity]}` },
        severityMark(severity),
        h(
          "button",
          { type: "button", class: "link", title: say("findings.list", { check }), onclick: () => onCheck(check) },
          check,
        ),
        h("span", { dir: "auto", lang: "en" }, message),
      ),
    );
  return h("ul", { class: "findings", "aria-label": say("findings") }, ...items);
}

/**
 * The parts of a text that findings are about.
 *
 * @param {Finding[]} found
 * @param {string} side of the spans that count
 * @param {string} text
 * @returns {Span[]}
 */
export function findingSpans(found, side, text) {
  return found.flatMap(({ check, severity, message, spans }) =>
    spans
      .filter((span) => span[0] === side)
      .map(([, from, to]) => {
        const [start, end] = utf16Offsets(text, [from, to]);
        return { start, end, className: `found ${SEVERITIES[severity]}`, title: `${check}: ${message}` };
      }),
  );
}
