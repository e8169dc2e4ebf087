import { plainName } from "./segmentname.js";
import { blindOrder } from "./blind.js";
import { segmentReview } from "./review.js";
import { say } from "./words.js";

/** @typedef {import("./review.js").ErrorLabel} ErrorLabel */
/** @typedef {import("./review.js").Review} Review */
/** @typedef {import("./review.js").SegmentReview} SegmentReview */
/** @typedef {import("./store.js").Store} Store */

const FORMAT = "mtqe-review";
const COLUMNS = [
  "system",
  "doc",
  "docSegId",
  "globalSegId",
  "rater",
  "source",
  "target",
  "category",
  "severity",
  "metadata",
];

/**
 * The review as JSON; docs/reference/review-files.md describes it.
 *
 * @param {Store} store
 * @param {Review} review
 * @param {string} reviewer
 * @param {boolean} [blind] whether the systems were hidden; then each segment keeps the order it was shown in
 */
export function reviewJson(store, review, reviewer, blind = false) {
  const { id, corpus } = store.summary.manifest;
  const segments = reviewed(store, review).map(([row, said]) => ({
    segment_id: store.ids[row],
    segment: plainName(store, row),
    ...plainSegment(said),
    ...(blind ? { shown: shownOrder(store, row) } : {}),
  }));
  const content = {
    format: FORMAT,
    version: 1,
    run: id,
    corpus: {
      name: corpus.name,
      source_language: corpus.source_language,
      target_language: corpus.target_language,
      hash: corpus.hash,
    },
    systems: store.systems,
    reviews: [{ reviewer, ...(blind ? { blind } : {}), segments }],
  };
  return JSON.stringify(content, null, 1) + "\n";
}

/**
 * The review as TSV with the ten columns of Marot and of WMT's MQM data: a line an error, or a
 * "No-error" line for a translation that was found to have none.
 *
 * @param {Store} store
 * @param {Review} review
 * @param {string} reviewer
 * @param {boolean} [blind] see `reviewJson`
 */
export function reviewTsv(store, review, reviewer, blind = false) {
  const lines = reviewed(store, review).flatMap(([row, said]) => tsvLines(store, row, said, reviewer, blind));
  return [COLUMNS, ...lines].map((line) => line.map(oneLine).join("\t") + "\n").join("");
}

/** @param {Store} store @param {number} row @param {SegmentReview} said @param {string} reviewer @param {boolean} blind */
function tsvLines(store, row, said, reviewer, blind) {
  const line = (
    /** @type {string} */ system,
    /** @type {string} */ target,
    /** @type {string[]} */ label,
    /** @type {object} */ more,
    source = store.sources[row],
  ) => [
    system,
    store.documents[row] ?? "",
    store.ids[row],
    String(row + 1),
    reviewer,
    source,
    target,
    ...label,
    JSON.stringify({
      run: store.summary.manifest.id,
      segment_id: store.ids[row],
      segment: plainName(store, row),
      mark: said.mark,
      note: said.note,
      ...(said.dropped.length ? { dropped: said.dropped } : {}),
      ...(blind ? { blind, shown: shownOrder(store, row) } : {}),
      ...more,
    }),
  ];
  const lines = store.systems.flatMap((system, index) => {
    const target = store.hypotheses[index][row] ?? "";
    const errors = said.errors.filter((error) => error.system === system);
    if (!errors.length) return said.mark ? [line(system, target, ["No-error", "No-error"], {})] : [];
    return errors.map((error) => {
      const { side, start, end, text, category, severity, proposed } = error;
      const label = [category, severity[0].toUpperCase() + severity.slice(1)];
      const more = { side, start, end, marked_text: text, ...(proposed ? { proposed } : {}) };
      if (side === "source") return line(system, target, label, more, enclosed(store.sources[row], start, end));
      return line(system, enclosed(target, start, end), label, more);
    });
  });
  return lines.length ? lines : [line("", "", ["", ""], {})];
}

/** What is said of a segment, without the empty list of reviews that began with nothing. @param {Readonly<SegmentReview>} said */
function plainSegment({ mark, note, errors, dropped }) {
  return { mark, note, errors, ...(dropped.length ? { dropped } : {}) };
}

/** The systems as a blind reviewer saw them, from the first translation on. @param {Store} store @param {number} row */
function shownOrder(store, row) {
  return blindOrder(store, row).map((system) => store.systems[system]);
}

/** @param {Store} store @param {Review} review @returns {[number, Readonly<SegmentReview>][]} */
function reviewed(store, review) {
  const rows = store.ids.map((_, row) => row).filter((row) => review.segments.has(store.ids[row]));
  return rows.map((row) => [row, review.of(store.ids[row])]);
}

/** Whether a file would hold anything. @param {Store} store @param {Review} review */
export function anyReviewed(store, review) {
  return store.ids.some((id) => review.segments.has(id));
}

/** @param {string} text @param {number} start in code points @param {number} end */
function enclosed(text, start, end) {
  const characters = Array.from(text);
  return [...characters.slice(0, start), "<v>", ...characters.slice(start, end), "</v>", ...characters.slice(end)].join(
    "",
  );
}

/** What would break a line of the table becomes a space. @param {string} text */
function oneLine(text) {
  return text.replace(/[\t\r\n]/g, " ");
}

/**
 * The reviews in a file that was exported as JSON or TSV, by reviewer and segment.
 *
 * @param {string} content
 * @returns {Map<string, Map<string, SegmentReview>>}
 * @throws {Error} it is no such file; the message says why
 */
export function readReviews(content) {
  return content.trimStart().startsWith("{") ? fromJson(content) : fromTsv(content);
}

/** @param {string} content */
function fromJson(content) {
  const { format, version, reviews } = JSON.parse(content);
  if (format !== FORMAT || !Array.isArray(reviews)) throw new Error(say("review.not-one"));
  if (version !== 1) throw new Error(say("review.version", { version }));
  const found = new Map();
  for (const { reviewer, segments } of reviews) {
    found.set(
      String(reviewer),
      new Map((segments ?? []).map((/** @type {any} */ said) => [String(said.segment_id), segmentReview(said)])),
    );
  }
  return found;
}

/** @param {string} content */
function fromTsv(content) {
  const [head, ...lines] = content.split("\n").map((line) => line.replace(/\r$/, "").split("\t"));
  if (head.join() !== COLUMNS.join()) throw new Error(say("review.first-line", { columns: COLUMNS.join(", ") }));
  /** @type {Map<string, Map<string, SegmentReview>>} */
  const found = new Map();
  for (const [index, line] of lines.entries()) {
    if (line.length === 1 && !line[0]) continue;
    if (line.length !== COLUMNS.length)
      throw new Error(say("review.columns", { line: index + 2, found: line.length, wanted: COLUMNS.length }));
    const [system, , , , reviewer, , , category, severity, metadata] = line;
    const { segment_id: id, mark, note, dropped, side, start, end, marked_text: text, proposed } = JSON.parse(metadata);
    if (typeof id !== "string") throw new Error(say("review.no-id", { line: index + 2 }));
    const segments = found.get(reviewer) ?? new Map();
    const error = { system, side, start, end, text, category, severity: severity.toLowerCase(), proposed };
    const said = segmentReview({ mark, note, dropped, errors: [...(segments.get(id)?.errors ?? []), error] });
    found.set(reviewer, segments.set(id, said));
  }
  return found;
}

/**
 * Put what a file says into the review. What it says of segments, systems or texts that this
 * report doesn't have is left out and counted.
 *
 * @param {Store} store
 * @param {Review} review
 * @param {Map<string, SegmentReview>} segments
 * @returns {{ taken: number, segments: number, errors: number }} segments taken; left out of both
 */
export function adopt(store, review, segments) {
  const rows = new Map(store.ids.map((id, row) => [id, row]));
  const out = { taken: 0, segments: 0, errors: 0 };
  for (const [id, said] of segments) {
    const row = rows.get(id);
    if (row === undefined) {
      out.segments += 1;
      continue;
    }
    const errors = said.errors.flatMap((error) => placed(store, row, error) ?? []);
    const dropped = said.dropped.filter((proposal) => fits(store, row, proposal));
    out.errors += said.errors.length - errors.length;
    out.taken += 1;
    review.adopt(id, { ...said, errors, dropped });
  }
  return out;
}

/** The error with this report's name of the system, or null where its text is another. @param {Store} store @param {number} row @param {ErrorLabel} error */
function placed(store, row, error) {
  const system = store.systems.find((name) => name === error.system || oneLine(name) === error.system);
  return system !== undefined && fits(store, row, { ...error, system }) ? { ...error, system } : null;
}

/** Whether an error's text is still where it was labelled. @param {Store} store @param {number} row @param {Pick<ErrorLabel, "system" | "side" | "start" | "end" | "text">} error */
export function fits(store, row, { system, side, start, end, text }) {
  const whole = side === "source" ? store.sources[row] : store.hypotheses[store.systems.indexOf(system)]?.[row];
  return typeof whole === "string" && Array.from(whole).slice(start, end).join("") === text;
}
