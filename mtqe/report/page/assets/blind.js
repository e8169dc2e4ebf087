import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * The order in which a blind review shows the translations of a segment: shuffled, but the same each
 * time and for each reviewer, so that "translation 2" is one translation.
 *
 * @param {Store} store
 * @param {number} row
 * @returns {number[]} systems by number
 */
export function blindOrder(store, row) {
  const next = randomNumbers(`${store.summary.manifest.corpus.hash} ${store.ids[row]}`);
  const order = store.systems.map((_, system) => system);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** What a translation is called in a blind review. @param {Store} store @param {number} row @param {number} system */
export function blindName(store, row, system) {
  return say("blind.translation", { number: blindOrder(store, row).indexOf(system) + 1 });
}

/** Numbers from 0 to 1 that a text determines (FNV-1a, then mulberry32). @param {string} seed */
function randomNumbers(seed) {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
