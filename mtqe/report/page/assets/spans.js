import { SEVERITIES } from "./findings.js";

/** @typedef {import("./store.js").SpanColumns} SpanColumns */
/** @typedef {import("./findings.js").Findings} Findings */

/** Severities by number, the gravest first: those of findings, and what costs nothing. */
export const SPAN_SEVERITIES = [...SEVERITIES, "neutral"];

/** The origin that stands for all checks. */
export const CHECKS = "checks";

/** Stands for spans without a category; no origin calls one that. */
export const NO_CATEGORY = "\u0000";

/**
 * A part of a text that something takes for an error; offsets are in Unicode code points.
 *
 * @typedef {{ row: number, system: number, origin: number, side: "source" | "hypothesis", start: number,
 *   end: number, category: string, severity: number, confidence: number | null, explanation: string }} ErrorSpan
 */

/**
 * Which spans are meant.
 *
 * @typedef {object} SpanFilter
 * @property {string} spanOrigin an origin's name; "" for any
 * @property {string} spanCategory "" for any, `NO_CATEGORY` for none
 * @property {string} spanSeverity "" for any, and for spans without one
 * @property {string} spanSystem "" for any
 * @property {string} spanOther another origin, for `spanAgreement`; "" for any other
 * @property {string} spanAgreement "both" where the other origin marks some of the same characters,
 *   "alone" where it marks none; "" for either
 */

/** What metrics, judges, people and checks marked, by segment. */
export class Spans {
  /**
   * @param {SpanColumns | undefined} columns
   * @param {Findings} findings of checks, which are one more origin
   * @param {number} size how many segments there are
   * @param {string} checksLabel what the page calls that origin
   */
  constructor(columns, findings, size, checksLabel) {
    const asked = columns?.origins ?? [];
    /** @type {ErrorSpan[]} */
    this.all = columns ? unpacked(columns) : [];
    this.origins = asked.map(({ name, label, kind }) => ({ name, label, kind }));
    if (asked.length) {
      const checked = ofChecks(findings, asked.length);
      if (findings.checks.length) this.origins.push({ name: CHECKS, label: checksLabel, kind: "check" });
      this.all.push(...checked);
    }
    this.all.sort((a, b) => a.row - b.row || a.origin - b.origin);
    this.categories = [...new Set(this.all.map(({ category }) => category))].filter(Boolean).sort();
    /** Where each segment's spans begin, and at the end where they stop. */
    this.starts = new Uint32Array(size + 1);
    for (const { row } of this.all) this.starts[row + 1] += 1;
    for (let row = 0; row < size; row += 1) this.starts[row + 1] += this.starts[row];
  }

  /** Whether anything but checks was asked. */
  get any() {
    return this.origins.length > 0;
  }

  /** The spans on a segment, origin by origin. @param {number} row */
  of(row) {
    return this.all.slice(this.starts[row], this.starts[row + 1]);
  }

  /** How many spans a segment has; those of checks count as findings. @param {number} row */
  countOf(row) {
    let count = 0;
    for (let index = this.starts[row]; index < this.starts[row + 1]; index += 1) {
      if (this.origins[this.all[index].origin].name !== CHECKS) count += 1;
    }
    return count;
  }

  /** @param {string} name @returns {number} -1 where there is no such origin */
  originIndex(name) {
    return this.origins.findIndex((origin) => origin.name === name);
  }

  /**
   * Marks the segments with a span that is asked for.
   *
   * @param {SpanFilter} filter
   * @param {number | null} system null for any
   * @returns {Uint8Array} 1 where there is one
   */
  marked(filter, system) {
    const marks = new Uint8Array(this.starts.length - 1);
    const test = spanTest(this, filter, system);
    const other = this.originIndex(filter.spanOther);
    for (const span of this.all) {
      if (marks[span.row] || !test(span)) continue;
      if (filter.spanAgreement && this.#isShared(span, other) !== (filter.spanAgreement === "both")) continue;
      marks[span.row] = 1;
    }
    return marks;
  }

  /** Whether another origin marks some of a span's characters. @param {ErrorSpan} span @param {number} other -1 for any */
  #isShared(span, other) {
    return this.of(span.row).some(
      (each) => each.origin !== span.origin && (other < 0 || each.origin === other) && overlap(each, span),
    );
  }
}

/** Whether two spans have a character in common, or one lacks something inside the other. @param {ErrorSpan} a @param {ErrorSpan} b */
export function overlap(a, b) {
  if (a.system !== b.system || a.side !== b.side) return false;
  const empty = a.start === a.end || b.start === b.end;
  return empty ? a.start <= b.end && b.start <= a.end : a.start < b.end && b.start < a.end;
}

/** @param {Spans} spans @param {SpanFilter} filter @param {number | null} system @returns {(span: ErrorSpan) => boolean} */
function spanTest(spans, { spanOrigin, spanCategory, spanSeverity }, system) {
  const origin = spans.originIndex(spanOrigin);
  const severity = SPAN_SEVERITIES.indexOf(spanSeverity);
  const category = spanCategory === NO_CATEGORY ? "" : spanCategory;
  return (span) =>
    (!spanOrigin || span.origin === origin) &&
    (!spanCategory || span.category === category) &&
    (!spanSeverity || span.severity === severity) &&
    (system === null || span.system === system);
}

/** @param {SpanColumns} columns @returns {ErrorSpan[]} */
function unpacked(columns) {
  return columns.segment.map((row, index) => ({
    row,
    system: columns.system[index],
    origin: columns.origin[index],
    side: columns.side[index] ? "hypothesis" : "source",
    start: columns.start[index],
    end: columns.end[index],
    category: columns.categories[columns.category[index]] ?? "",
    severity: columns.severity[index],
    confidence: columns.confidence[index],
    explanation: columns.explanations[columns.explanation[index]] ?? "",
  }));
}

/** The places that findings on translations mark. @param {Findings} findings @param {number} origin @returns {ErrorSpan[]} */
function ofChecks({ columns, checks }, origin) {
  return columns.segment.flatMap((row, index) =>
    columns.system[index] < 0
      ? []
      : columns.spans[index].flatMap(([side, start, end]) =>
          side === "source" || side === "hypothesis"
            ? [
                {
                  row,
                  system: columns.system[index],
                  origin,
                  side: /** @type {"source" | "hypothesis"} */ (side),
                  start,
                  end,
                  category: checks[columns.check[index]],
                  severity: columns.severity[index],
                  confidence: null,
                  explanation: columns.message[index],
                },
              ]
            : [],
        ),
  );
}
