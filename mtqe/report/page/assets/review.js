import { weight } from "./mqm.js";

/** @typedef {import("./reviewstorage.js").ReviewStorage} ReviewStorage */
/** @typedef {"ok" | "unsure" | "problem"} Mark */

/**
 * A labelled error. Offsets are in Unicode code points; `text` is what they enclosed, which tells
 * whether the translation is still the one that was reviewed.
 *
 * `proposed` is the span that the reviewer began with, as its origin gave it.
 *
 * @typedef {{ system: string, side: "source" | "hypothesis", start: number, end: number, text: string,
 *   category: string, severity: import("./mqm.js").Severity, proposed?: Proposal }} ErrorLabel
 */

/**
 * A span that a metric, a judge or another person marked, and a reviewer decided about.
 *
 * @typedef {{ origin: string, system: string, side: "source" | "hypothesis", start: number, end: number,
 *   text: string, category: string | null, severity: string | null, confidence: number | null }} Proposal
 */

/** `dropped` are proposals that are no errors. @typedef {{ mark: Mark | "", note: string, errors: ErrorLabel[], dropped: Proposal[] }} SegmentReview */

/** In the order of the keys 1, 2 and 3. */
export const MARKS = /** @type {const} */ (["ok", "unsure", "problem"]);

const NOTHING = Object.freeze({
  mark: /** @type {const} */ (""),
  note: "",
  errors: Object.freeze([]),
  dropped: Object.freeze([]),
});

/** What one reviewer said about the segments of a run, in memory and in the browser's storage. */
export class Review {
  /** @param {ReviewStorage} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, SegmentReview>} */
    this.segments = new Map();
    for (const [id, value] of storage.load()) {
      const known = segmentReview(value);
      if (!isEmpty(known)) this.segments.set(id, known);
    }
    /** @type {((id: string) => void)[]} */
    this.listeners = [];
    storage.follow((id, value) => this.#hold(id, segmentReview(value)));
  }

  /** @param {string} id @returns {Readonly<SegmentReview>} */
  of(id) {
    return this.segments.get(id) ?? /** @type {SegmentReview} */ (/** @type {unknown} */ (NOTHING));
  }

  /** Change what is said about a segment, and keep it. @param {string} id @param {Partial<SegmentReview>} change */
  change(id, change) {
    const next = { ...this.of(id), ...change };
    this.storage.save(id, isEmpty(next) ? null : next);
    this.#hold(id, next);
  }

  /** Label another error, unless it is labelled already. @param {string} id @param {ErrorLabel} error */
  addError(id, error) {
    const { errors } = this.of(id);
    if (!errors.some((other) => same(other, error))) this.change(id, { errors: [...errors, error] });
  }

  /** @param {string} id @param {ErrorLabel} error */
  removeError(id, error) {
    this.change(id, { errors: this.of(id).errors.filter((other) => !same(other, error)) });
  }

  /** Say that a proposal is no error. @param {string} id @param {Proposal} proposal */
  drop(id, proposal) {
    const { dropped } = this.of(id);
    if (!dropped.some((other) => sameProposal(other, proposal))) this.change(id, { dropped: [...dropped, proposal] });
  }

  /** Take back what was decided about a proposal. @param {string} id @param {Proposal} proposal */
  undecide(id, proposal) {
    const { errors, dropped } = this.of(id);
    this.change(id, {
      errors: errors.filter((error) => !error.proposed || !sameProposal(error.proposed, proposal)),
      dropped: dropped.filter((other) => !sameProposal(other, proposal)),
    });
  }

  /**
   * What was decided about a proposal: the error that came of it, "dropped", or null for nothing yet.
   *
   * @param {string} id
   * @param {Proposal} proposal
   * @returns {ErrorLabel | "dropped" | null}
   */
  decided(id, proposal) {
    const { errors, dropped } = this.of(id);
    if (dropped.some((other) => sameProposal(other, proposal))) return "dropped";
    return errors.find((error) => error.proposed && sameProposal(error.proposed, proposal)) ?? null;
  }

  /**
   * Take in what a file says of a segment; nothing that is here already is lost. A mark of one's
   * own stands, notes are joined.
   *
   * @param {string} id
   * @param {SegmentReview} other
   */
  adopt(id, other) {
    const own = this.of(id);
    const fresh = other.errors.filter((error) => !own.errors.some((known) => same(known, error)));
    const notes = own.note.includes(other.note) ? own.note : [own.note, other.note].filter(Boolean).join("\n");
    const dropped = other.dropped.filter((each) => this.decided(id, each) === null);
    const errors = [...own.errors, ...fresh];
    this.change(id, { mark: own.mark || other.mark, note: notes, errors, dropped: [...own.dropped, ...dropped] });
  }

  /** How far the review is. */
  progress() {
    const all = [...this.segments.values()];
    const errors = all.flatMap((segment) => segment.errors);
    return {
      marked: all.filter((segment) => segment.mark).length,
      notes: all.filter((segment) => segment.note).length,
      errors: errors.length,
      penalty: errors.reduce((sum, error) => sum + weight(error), 0),
    };
  }

  /** @param {string} id @param {SegmentReview} next */
  #hold(id, next) {
    if (isEmpty(next)) this.segments.delete(id);
    else this.segments.set(id, next);
    for (const listener of this.listeners) listener(id);
  }
}

/**
 * Which segments a review filter lets through; null for all.
 *
 * @param {Review} review
 * @param {string} filter a mark, "marked", "unmarked", "errors", "notes" or ""
 * @returns {((id: string) => boolean) | null}
 */
export function reviewTest(review, filter) {
  if (filter === "marked") return (id) => review.of(id).mark !== "";
  if (filter === "unmarked") return (id) => review.of(id).mark === "";
  if (filter === "errors") return (id) => review.of(id).errors.length > 0;
  if (filter === "notes") return (id) => review.of(id).note !== "";
  if (MARKS.some((mark) => mark === filter)) return (id) => review.of(id).mark === filter;
  return null;
}

/**
 * Any value as what is said about a segment; what isn't sound is left out.
 *
 * @param {unknown} value
 * @returns {SegmentReview}
 */
export function segmentReview(value) {
  const { mark, note, errors, dropped } = fields(value);
  return {
    mark: MARKS.find((known) => known === mark) ?? "",
    note: typeof note === "string" ? note : "",
    errors: Array.isArray(errors) ? errors.filter(isErrorLabel).map(plain) : [],
    dropped: Array.isArray(dropped) ? dropped.flatMap((each) => proposalOf(each) ?? []) : [],
  };
}

/** @param {unknown} value @returns {value is ErrorLabel} */
function isErrorLabel(value) {
  const { system, side, start, end, text, category, severity } = fields(value);
  const offsets =
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    0 <= /** @type {number} */ (start) &&
    /** @type {number} */ (start) <= /** @type {number} */ (end);
  const words = [system, text, category].every((word) => typeof word === "string");
  return (
    offsets &&
    words &&
    (side === "source" || side === "hypothesis") &&
    ["major", "minor", "neutral"].includes(String(severity))
  );
}

/** @param {ErrorLabel} error @returns {ErrorLabel} the same without anything else */
function plain({ system, side, start, end, text, category, severity, proposed }) {
  const known = proposalOf(proposed);
  return { system, side, start, end, text, category, severity, ...(known ? { proposed: known } : {}) };
}

/** Any value as a proposal; null where it isn't sound. @param {unknown} value @returns {Proposal | null} */
function proposalOf(value) {
  const { origin, system, side, start, end, text, category, severity, confidence } = fields(value);
  const sound =
    [origin, system, text].every((word) => typeof word === "string") &&
    (side === "source" || side === "hypothesis") &&
    [start, end].every((offset) => Number.isInteger(offset));
  if (!sound) return null;
  return {
    origin: String(origin),
    system: String(system),
    side,
    start: Number(start),
    end: Number(end),
    text: String(text),
    category: typeof category === "string" ? category : null,
    severity: typeof severity === "string" ? severity : null,
    confidence: typeof confidence === "number" ? confidence : null,
  };
}

/** @param {Proposal} a @param {Proposal} b */
function sameProposal(a, b) {
  return JSON.stringify(proposalOf(a)) === JSON.stringify(proposalOf(b));
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function fields(value) {
  return typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** @param {ErrorLabel} a @param {ErrorLabel} b */
function same(a, b) {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** @param {SegmentReview} review */
function isEmpty({ mark, note, errors, dropped }) {
  return !mark && !note && !errors.length && !dropped.length;
}
