/** @typedef {import("./text.js").Piece} Piece */
/** @typedef {import("./text.js").Kind} Kind */

/** Languages written without spaces between words: compared character by character. */
const CHARACTER_LANGUAGES = new Set(["zh", "yue", "wuu", "ja", "th", "km", "lo", "my", "bo", "dz"]);

/** Beyond so many differing tokens two texts have little in common, and finding it takes long. */
const MAX_EDITS = 600;

const WORDS =
  /\p{L}[\p{L}\p{M}\p{N}]*(?:['’‑-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*|\p{N}+(?:[.,:]\p{N}+)*|\s+|\P{M}\p{M}*|\p{M}+/gu;
const CHARACTERS =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}][\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}\p{N}]*|\p{N}+(?:[.,:]\p{N}+)*|\s+|\P{M}\p{M}*|\p{M}+/gu;

/**
 * Cut a text into what a diff compares: words, numbers, spaces and single other characters. Joined
 * they are the text again.
 *
 * @param {string} text
 * @param {string} language BCP 47 tag
 * @returns {string[]}
 */
export function tokenize(text, language) {
  const primary = language.toLowerCase().split(/[-_]/, 1)[0] ?? "";
  return text.match(CHARACTER_LANGUAGES.has(primary) ? CHARACTERS : WORDS) ?? [];
}

/**
 * What to insert into and delete from `before` to get `after`.
 *
 * @param {string} before
 * @param {string} after
 * @param {string} language
 * @returns {Piece[]}
 */
export function diff(before, after, language) {
  const a = tokenize(before, language);
  const b = tokenize(after, language);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return merge([
    ...b.slice(0, head).map((text) => piece("same", text)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...b.slice(b.length - tail).map((text) => piece("same", text)),
  ]);
}

/** @param {Kind} kind @param {string} text @returns {Piece} */
function piece(kind, text) {
  return { kind, text };
}

/**
 * The shortest edit script, found greedily (Myers 1986, "An O(ND) difference algorithm").
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Piece[]}
 */
function middle(a, b) {
  const trace = furthestPaths(a, b);
  if (!trace) return [...a.map((text) => piece("delete", text)), ...b.map((text) => piece("insert", text))];
  return backtrack(a, b, trace);
}

/**
 * For each number of edits, how far along `a` each diagonal gets; null beyond `MAX_EDITS`.
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Int32Array[] | null}
 */
function furthestPaths(a, b) {
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  const reach = new Int32Array(2 * limit + 3);
  const trace = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    trace.push(reach.slice(limit + 1 - edits - 1, limit + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = limit + 1 + k;
      const down = k === -edits || (k !== edits && reach[at - 1] < reach[at + 1]);
      let x = down ? reach[at + 1] : reach[at - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach[at] = x;
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
  return null;
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @param {Int32Array[]} trace
 * @returns {Piece[]}
 */
function backtrack(a, b, trace) {
  /** @type {Piece[]} */
  const pieces = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = /** @type {Int32Array} */ (trace[edits]);
    const at = x - y + edits + 1;
    const down = x - y === -edits || (x - y !== edits && reach[at - 1] < reach[at + 1]);
    const startX = edits === 0 ? 0 : down ? reach[at + 1] : reach[at - 1] + 1;
    while (x > startX) pieces.push(piece("same", a[((y -= 1), (x -= 1))]));
    if (edits === 0) break;
    pieces.push(down ? piece("insert", b[(y -= 1)]) : piece("delete", a[(x -= 1)]));
  }
  return pieces.reverse();
}

/**
 * Join neighbours of one kind; between two differences a lone space joins them, and deletions come
 * before insertions, so that a reader sees phrases rather than confetti.
 *
 * @param {Piece[]} pieces
 * @returns {Piece[]}
 */
export function merge(pieces) {
  /** @type {Piece[]} */
  const merged = [];
  let deleted = "";
  let inserted = "";
  const flush = () => {
    if (deleted) merged.push(piece("delete", deleted));
    if (inserted) merged.push(piece("insert", inserted));
    deleted = inserted = "";
  };
  pieces.forEach((item, index) => {
    if (item.kind === "delete") deleted += item.text;
    else if (item.kind === "insert") inserted += item.text;
    else if (joins(pieces, index) && deleted && inserted) ((deleted += item.text), (inserted += item.text));
    else {
      flush();
      const last = merged.at(-1);
      if (last?.kind === "same") last.text += item.text;
      else merged.push({ ...item });
    }
  });
  flush();
  return merged;
}

/** Whether the piece is a space between two differences. @param {Piece[]} pieces @param {number} index */
function joins(pieces, index) {
  const next = pieces[index + 1];
  return next !== undefined && next.kind !== "same" && /^\s+$/.test(pieces[index].text);
}
