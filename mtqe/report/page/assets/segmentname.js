import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

const PLACE_KINDS = ["line", "row", "key", "unit", "entry", "segment"];

/**
 * What a segment is called: where it stands in its file, and its id.
 *
 * @param {Store} store @param {number} row
 */
export function segmentName(store, row) {
  return [segmentPlace(store, row), store.ids[row]].filter((part) => part).join(", ");
}

/**
 * Where a segment stands, such as `line 12`; empty where its id says that already.
 *
 * @param {Store} store @param {number} row
 */
export function segmentPlace(store, row) {
  const place = store.places[row] ?? `segment ${row + 1}`;
  if (place.endsWith(` ${store.ids[row]}`)) return "";
  const end = place.indexOf(" ");
  const kind = place.slice(0, end);
  return PLACE_KINDS.includes(kind) ? say(`place.${kind}`, { name: place.slice(end + 1) }) : place;
}
