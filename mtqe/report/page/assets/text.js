import { h } from "./dom.js";

/** Characters that show nothing, or that reorder what is around them, with what stands for them. */
const INVISIBLE = new Map(
  Object.entries({
    "\u0000": "NUL",
    "\u00a0": "NBSP",
    "\u00ad": "SHY",
    "\u034f": "CGJ",
    "\u061c": "ALM",
    "\u115f": "HCF",
    "\u1160": "HJF",
    "\u17b4": "KIVAQ",
    "\u17b5": "KIVAA",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LS",
    "\u2029": "PS",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u202f": "NNBSP",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u3000": "IDSP",
    "\u3164": "HF",
    "\ufeff": "BOM",
    "\uffa0": "HHF",
    "\ufffd": "U+FFFD",
    "\t": "TAB",
    "\n": "LF",
    "\r": "CR",
  }),
);
const OTHER_CONTROL = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u{e0000}-\u{e0fff}]/u;

/** @typedef {"same" | "insert" | "delete"} Kind */
/** @typedef {{ text: string, kind: Kind }} Piece */

/**
 * A marked part of a text: `[start, end)` in UTF-16 units, a class of the style sheet and a tooltip.
 *
 * @typedef {{ start: number, end: number, className: string, title: string }} Span
 */

/**
 * How a text is shown.
 *
 * @typedef {object} TextOptions
 * @property {RegExp | null} search global expression whose matches are marked
 * @property {boolean} invisible whether characters that show nothing get a visible stand-in
 * @property {Span[]} [spans] other parts to mark; they may overlap
 */

/**
 * What stands for an invisible character, or null where the character shows itself.
 *
 * @param {string} character one code point
 */
export function invisibleName(character) {
  if (character === " ") return null;
  const name = INVISIBLE.get(character);
  if (name) return name;
  if (!OTHER_CONTROL.test(character)) return null;
  return "U+" + (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Where an expression matches, as [start, end) pairs; empty matches count for nothing.
 *
 * @param {string} text
 * @param {RegExp | null} search
 * @returns {[number, number][]}
 */
export function matches(text, search) {
  if (!search) return [];
  /** @type {[number, number][]} */
  const found = [];
  for (const match of text.matchAll(search)) {
    if (match[0]) found.push([match.index, match.index + match[0].length]);
    if (found.length >= 500) break;
  }
  return found;
}

/**
 * Offsets in Unicode code points, as offsets in UTF-16 units, which is what strings here count.
 *
 * @param {string} text
 * @param {number[]} offsets
 * @returns {number[]}
 */
export function utf16Offsets(text, offsets) {
  if (!/[\ud800-\udbff]/.test(text)) return offsets.map((offset) => Math.min(offset, text.length));
  const units = [0];
  for (const character of text) units.push(units[units.length - 1] + character.length);
  return offsets.map((offset) => units[Math.min(offset, units.length - 1)]);
}

/**
 * Cut a piece of a text at the borders of the spans in it.
 *
 * @param {string} text
 * @param {Span[]} spans of the whole text
 * @param {number} offset where `text` begins in the whole text
 * @returns {{ text: string, spans: Span[] }[]} with the spans that each part lies in
 */
export function splitAtSpans(text, spans, offset) {
  const inside = spans.filter(({ start, end }) => start < end && start < offset + text.length && end > offset);
  const borders = inside
    .flatMap(({ start, end }) => [start - offset, end - offset])
    .filter((at) => at > 0 && at < text.length);
  const cuts = [...new Set([0, ...borders, text.length])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, index) => ({
    text: text.slice(from, cuts[index + 1]),
    spans: inside.filter(({ start, end }) => start <= from + offset && end > from + offset),
  }));
}

/**
 * Put a text, in pieces, into an element. Only `textContent` is ever set.
 *
 * @param {Element} parent
 * @param {Piece[]} pieces those that aren't deleted make up the text
 * @param {TextOptions} options
 */
export function showText(parent, pieces, options) {
  const whole = pieces
    .filter((piece) => piece.kind !== "delete")
    .map((piece) => piece.text)
    .join("");
  const found = matches(whole, options.search).map(([start, end]) => ({ start, end, className: "", title: "" }));
  const spans = [...(options.spans ?? []), ...found];
  let offset = 0;
  for (const piece of pieces) {
    const target = piece.kind === "same" ? parent : h(piece.kind === "insert" ? "ins" : "del");
    if (piece.kind === "delete") {
      showPlain(target, piece.text, options.invisible);
    } else {
      for (const part of splitAtSpans(piece.text, spans, offset))
        showPlain(nest(target, part.spans), part.text, options.invisible);
      offset += piece.text.length;
    }
    if (target !== parent) parent.append(target);
  }
}

/** An element inside one for each span; search matches, which have no class, are `mark`s. @param {Element} parent @param {Span[]} spans */
function nest(parent, spans) {
  let target = parent;
  for (const { className, title } of spans) {
    const inner = className ? h("span", { class: className, title: title || null }) : h("mark");
    target.append(inner);
    target = inner;
  }
  return target;
}

/** @param {Element} parent @param {string} text @param {boolean} invisible */
function showPlain(parent, text, invisible) {
  if (!invisible) {
    parent.append(text);
    return;
  }
  let run = "";
  for (const character of text) {
    const name = invisibleName(character);
    if (name === null) {
      run += character;
      continue;
    }
    parent.append(
      run,
      h("span", { class: "invisible", "data-units": character === "\n" ? 0 : character.length }, name),
    );
    if (character === "\n") parent.append("\n");
    run = "";
  }
  parent.append(run);
}
