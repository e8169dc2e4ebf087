/**
 * What the reader has selected inside one text of a card.
 *
 * @typedef {{ row: number, side: "source" | "hypothesis", system: string, start: number, end: number, box: DOMRect }} Picked
 */

/**
 * The selection in a source or a translation, in UTF-16 units of that text; null where there is
 * none, or it reaches beyond one text.
 *
 * @param {Selection | null} selection
 * @returns {Picked | null}
 */
export function pickedText(selection) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const cell = elementOf(range.commonAncestorContainer)?.closest("p.text");
  const line = cell?.closest(".line.source, .line.system");
  const card = line?.closest(".card");
  if (!cell || !(line instanceof HTMLElement) || !(card instanceof HTMLElement) || cell.matches(".missing"))
    return null;
  const start = unitsBefore(cell, range.startContainer, range.startOffset);
  const end = unitsBefore(cell, range.endContainer, range.endOffset);
  if (start === end) return null;
  const side = line.matches(".source") ? "source" : "hypothesis";
  return {
    row: Number(card.dataset.row),
    side,
    system: line.dataset.system ?? "",
    start,
    end,
    box: range.getBoundingClientRect(),
  };
}

/** @param {Node} node */
function elementOf(node) {
  return node instanceof Element ? node : node.parentElement;
}

/**
 * How much of the text stands before a place in its cell. Deleted words of a diff are no part of
 * the text; a stand-in counts as what it stands for.
 *
 * @param {Element} cell
 * @param {Node} node
 * @param {number} offset
 */
function unitsBefore(cell, node, offset) {
  const before = document.createRange();
  before.setStart(cell, 0);
  before.setEnd(node, offset);
  return units(before.cloneContents());
}

/** @param {Node} node @returns {number} */
function units(node) {
  if (node instanceof Text) return node.length;
  if (node instanceof Element && node.matches("del, .missing")) return 0;
  if (node instanceof HTMLElement && node.dataset.units !== undefined)
    return node.textContent ? Number(node.dataset.units) : 0;
  return [...node.childNodes].reduce((sum, child) => sum + units(child), 0);
}
