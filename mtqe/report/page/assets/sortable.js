import { h } from "./dom.js";

/**
 * Let the reader sort a table by the columns whose heads carry `data-first`, the direction that
 * comes first. Cells carry their value in `data-value`; those without one come last.
 *
 * @param {HTMLTableElement} table
 */
export function makeSortable(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const head of heads) {
    const first = head.getAttribute("data-first");
    if (!first) continue;
    const button = h("button", { type: "button", class: "sort" }, ...head.childNodes);
    button.addEventListener("click", () => {
      const other = first === "ascending" ? "descending" : "ascending";
      const direction = head.getAttribute("aria-sort") === first ? other : first;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      sortBody(table.tBodies[0], head.cellIndex, direction === "ascending" ? 1 : -1);
    });
    head.append(button);
  }
}

/** @param {HTMLTableSectionElement} body @param {number} column @param {1 | -1} sign */
function sortBody(body, column, sign) {
  /** @param {HTMLTableRowElement} row */
  const value = (row) => {
    const text = row.cells[column].getAttribute("data-value");
    return text === null || text === "" ? Infinity : sign * Number(text);
  };
  body.append(...[...body.rows].sort((a, b) => (value(a) === value(b) ? 0 : value(a) - value(b))));
}
