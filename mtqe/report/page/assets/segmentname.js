import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

const PLACE_KINDS = ["line", "row", "key", "unit", "entry", "segment"];

/** Places that are told by their number in a file or in the test set. */
const NUMBERED = /^(line|row|segment) \d+$/;

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

/**
 * The row that a reader means by an id, by a place as it is shown or its number alone (`line 12`, `12`),
 * or by a number in the test set (`#12`; `12` too, where no place has that number). -1 for none.
 *
 * @param {Store} store
 * @param {string} wanted
 */
export function segmentAt(store, wanted) {
  const id = store.ids.indexOf(wanted);
  if (id >= 0 || !wanted) return id;
  const name = wanted.toLowerCase();
  const number = /^#?(\d+)$/.exec(name)?.[1];
  const places = store.ids.map((_, row) => store.places[row] ?? `segment ${row + 1}`);
  const named = places.findIndex(
    (place, row) =>
      [place, segmentPlace(store, row)].some((shown) => shown.toLowerCase() === name) ||
      (NUMBERED.test(place) && place.slice(place.indexOf(" ") + 1) === name),
  );
  if (named >= 0 || number === undefined) return named;
  const row = Number(number) - 1;
  return !store.summary.omitted && row < store.ids.length ? row : -1;
}

/** Characters of a source in a name. */
const START = 40;

/**
 * What files call a segment, as mtqe's messages do in English: `line 12, 20cc74dc “The hacked up…”`.
 *
 * @param {Store} store
 * @param {number} row
 */
export function plainName(store, row) {
  const id = store.ids[row];
  const place = store.places[row] ?? `segment ${row + 1}`;
  const own = place.endsWith(` ${id}`) ? "" : `, ${/^[0-9]+$/.test(id) ? "id " : ""}${id}`;
  const text = store.sources[row].split(/\s+/).filter(Boolean).join(" ");
  const characters = [...text];
  const start = characters.length > START ? `${characters.slice(0, START).join("").trimEnd()}…` : text;
  return `${place}${own} ${text ? `“${start}”` : "(empty)"}`;
}
