import { choice, h } from "./dom.js";
import { say } from "./words.js";

/**
 * Let the reader sort a table by the columns whose heads carry `data-first`, the direction that
 * comes first. Cells carry a number in `data-value` or a text in `data-text`; those without one come last.
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
  const value = (/** @type {HTMLTableRowElement} */ row) => {
    const text = row.cells[column].getAttribute("data-value");
    return text === null || text === "" ? Infinity : sign * Number(text);
  };
  const text = (/** @type {HTMLTableRowElement} */ row) => row.cells[column].getAttribute("data-text") ?? "";
  const compare = (/** @type {HTMLTableRowElement} */ a, /** @type {HTMLTableRowElement} */ b) =>
    value(a) === value(b) ? sign * text(a).localeCompare(text(b)) : value(a) - value(b);
  body.append(...[...body.rows].sort(compare));
}

/**
 * Offer the orders of a table of systems that no column gives: as it came, and as the systems were
 * given, which the rows carry in `data-given`.
 *
 * @param {HTMLElement} parent
 * @param {HTMLTableElement} table
 */
export function offerOrders(parent, table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 3) return;
  const given = rows.toSorted((a, b) => Number(a.dataset.given) - Number(b.dataset.given));
  const orders = new Map([
    ["score", rows],
    ["name", rows.toSorted((a, b) => (a.cells[0].dataset.text ?? "").localeCompare(b.cells[0].dataset.text ?? ""))],
    ["given", given],
  ]);
  const options = [...orders.keys()].map((key) => /** @type {const} */ ([key, say(`systems.by-${key}`)]));
  const pick = choice(say("systems.order"), options, "score", (key) => {
    for (const head of table.tHead?.rows[0]?.cells ?? []) head.removeAttribute("aria-sort");
    table.tBodies[0].append(...(orders.get(key) ?? rows));
  });
  parent.replaceChildren(pick);
}
