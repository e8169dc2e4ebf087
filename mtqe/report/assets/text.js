import { h } from "./dom.js";

/** Characters that show nothing, or that reorder what is around them, with what stands for them. */
const INVISIBLE = new Map(
  Object.entries({
    "\u0000": "NUL", "\u00a0": "NBSP", "\u00ad": "SHY", "\u034f": "CGJ", "\u061c": "ALM",
    "\u115f": "HCF", "\u1160": "HJF", "\u17b4": "KIVAQ", "\u17b5": "KIVAA", "\u180e": "MVS",
    "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM",
    "\u2028": "LS", "\u2029": "PS", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u202f": "NNBSP", "\u2060": "WJ", "\u2066": "LRI",
    "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u3000": "IDSP", "\u3164": "HF",
    "\ufeff": "BOM", "\uffa0": "HHF", "\ufffd": "U+FFFD", "\t": "TAB", "\n": "LF", "\r": "CR",
  }),
);
const OTHER_CONTROL = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u{e0000}-\u{e0fff}]/u;

/** @typedef {"same" | "insert" | "delete"} Kind */
/** @typedef {{ text: string, kind: Kind }} Piece */

/**
 * How a text is shown.
 *
 * @typedef {object} TextOptions
 * @property {RegExp | null} search global expression whose matches are marked
 * @property {boolean} invisible whether characters that show nothing get a visible stand-in
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
 * Cut a text at the borders of its matches.
 *
 * @param {string} text
 * @param {[number, number][]} found borders in a longer text
 * @param {number} offset where `text` begins in that longer text
 * @returns {{ text: string, marked: boolean }[]}
 */
export function splitAtMatches(text, found, offset) {
  const parts = [];
  let position = 0;
  for (const [start, end] of found) {
    const from = Math.max(start - offset, position);
    const to = Math.min(end - offset, text.length);
    if (from >= to) continue;
    if (from > position) parts.push({ text: text.slice(position, from), marked: false });
    parts.push({ text: text.slice(from, to), marked: true });
    position = to;
  }
  if (position < text.length) parts.push({ text: text.slice(position), marked: false });
  return parts;
}

/**
 * Put a text, in pieces, into an element. Only `textContent` is ever set.
 *
 * @param {Element} parent
 * @param {Piece[]} pieces those that aren't deleted make up the text
 * @param {TextOptions} options
 */
export function showText(parent, pieces, options) {
  const whole = pieces.filter((piece) => piece.kind !== "delete").map((piece) => piece.text).join("");
  const found = matches(whole, options.search);
  let offset = 0;
  for (const piece of pieces) {
    const target = piece.kind === "same" ? parent : h(piece.kind === "insert" ? "ins" : "del");
    if (piece.kind === "delete") {
      showPlain(target, piece.text, options.invisible);
    } else {
      for (const part of splitAtMatches(piece.text, found, offset)) {
        const inner = part.marked ? h("mark") : target;
        showPlain(inner, part.text, options.invisible);
        if (part.marked) target.append(inner);
      }
      offset += piece.text.length;
    }
    if (target !== parent) parent.append(target);
  }
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
    parent.append(run, h("span", { class: "invisible" }, name));
    if (character === "\n") parent.append("\n");
    run = "";
  }
  parent.append(run);
}
