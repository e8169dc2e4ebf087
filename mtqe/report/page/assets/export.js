import { SEVERITIES } from "./findings.js";
import { SPAN_SEVERITIES } from "./spans.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./findings.js").Finding} Finding */

/**
 * One segment as an object, with what each system gave and, in runs that were checked, what was
 * found.
 *
 * @param {Store} store
 * @param {number} row
 */
export function record(store, row) {
  const found = store.findings.of(row);
  const checked = store.findings.checks.length > 0;
  const findingsOf = (/** @type {number} */ system) =>
    checked ? { findings: found.filter((finding) => finding.system === system).map(findingRecord) } : {};
  const marked = store.spans.of(row);
  const spansOf = (/** @type {number} */ system) =>
    store.spans.any
      ? { spans: marked.filter((span) => span.system === system).map((span) => spanRecord(store, span)) }
      : {};
  return {
    id: store.ids[row],
    document: store.documents[row],
    ...Object.fromEntries(store.metadataNames.map((name, index) => [`metadata.${name}`, store.metadata[index][row]])),
    source: store.sources[row],
    references: store.references.map((column) => column[row]),
    ...findingsOf(-1),
    systems: store.systems.map((name, system) => ({
      system: name,
      hypothesis: store.hypotheses[system][row],
      failure: store.failures[system].get(row) ?? null,
      scores: Object.fromEntries(
        store.metrics.map((metric, index) => [metric.name, finite(store.scores[system][index][row])]),
      ),
      ...findingsOf(system),
      ...spansOf(system),
    })),
  };
}

/** @param {Finding} finding */
function findingRecord({ check, severity, message, spans }) {
  return { check, severity: SEVERITIES[severity], message, spans };
}

/** A span as `run.spans` has it. @param {Store} store @param {import("./spans.js").ErrorSpan} span */
function spanRecord({ spans }, { origin, side, start, end, category, severity, confidence, explanation }) {
  return {
    origin: spans.origins[origin].name,
    side: side === "source" ? "source" : "target",
    start,
    end,
    category: category || null,
    severity: SPAN_SEVERITIES[severity] ?? null,
    confidence,
    explanation,
  };
}

/** @param {number} score */
function finite(score) {
  return Number.isNaN(score) ? null : score;
}

/**
 * The rows as JSON Lines, one line per segment; texts are exact.
 *
 * @param {Store} store
 * @param {Iterable<number>} rows
 */
export function toJsonLines(store, rows) {
  return Array.from(rows, (row) => JSON.stringify(record(store, row)) + "\n").join("");
}

/** How texts begin that a spreadsheet would take for formulas, or that a guard was put before. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * The rows as CSV (RFC 4180), one line per segment and system. Empty means none; texts are exact but
 * for the guard.
 *
 * @param {Store} store
 * @param {Iterable<number>} rows
 * @param {boolean} guarded whether an apostrophe stands before texts that a spreadsheet would take
 *   for formulas; taking one apostrophe away from what begins so gives the texts back
 */
export function toCsv(store, rows, guarded) {
  const text = (/** @type {string | null} */ value) =>
    guarded && value !== null && FORMULA.test(value) ? `'${value}` : value;
  const header = [
    "segment_id",
    "document",
    ...store.metadataNames.map((name) => `metadata.${name}`),
    "source",
    ...store.references.map((_, index) => `reference_${index + 1}`),
    "system",
    "hypothesis",
    "failure",
    ...store.metrics.map((metric) => metric.name),
    ...(store.findings.checks.length ? ["findings"] : []),
  ];
  const lines = [header.map((name) => text(name) ?? "")];
  for (const row of rows) {
    for (const item of record(store, row).systems) {
      lines.push(
        [
          ...[
            store.ids[row],
            store.documents[row],
            ...store.metadata.map((column) => column[row]),
            store.sources[row],
            ...store.references.map((column) => column[row]),
            item.system,
            item.hypothesis,
            item.failure,
          ].map(text),
          ...Object.values(item.scores).map((score) => (score === null ? null : String(score))),
          ...(item.findings
            ? [item.findings.map(({ check, severity, message }) => `${severity} ${check}: ${message}`).join("\n")]
            : []),
        ].map((value) => value ?? ""),
      );
    }
  }
  return lines.map((line) => line.map(quote).join(",") + "\r\n").join("");
}

/** @param {string} value */
function quote(value) {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * Hand a text to the browser's downloads.
 *
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
