import assert from "node:assert/strict";
import test from "node:test";
import { activeFilters, fromHash, initialState, toHash } from "../../../../mtqe/report/page/assets/state.js";

const initial = initialState(["A", "B"], ["bleu"]);

test("a view opens with an empty address", () => assert.equal(toHash(initial, initial), "#"));

test("every part of a state survives its link", () => {
  const state = {
    ...initial, view: "segments", segment: "a&b=c #1", text: "<b> %00 ‮", regex: true, low: "0", high: "1e2",
    slices: { "do main": "x&y" }, sort: "systems", descending: true, diff: "s:B", invisible: true, hidden: ["A", "B,C"],
  };
  assert.deepEqual(fromHash(toHash(state, initial), initial), state);
});

test("what a link doesn't know is left out", () => {
  assert.deepEqual(fromHash("#nonsense=1&__proto__=2&hash", initial), initial);
});

test("taking every filter off leads back to the initial view", () => {
  let state = { ...initial, text: "x", low: "1", winner: "A", loser: "B", missing: true, finding: "*", severity: "minor", longest: "9", yHigh: "3", slices: { domain: "news" } };
  const filters = activeFilters(state, (name) => name);
  assert.equal(filters.length, 8);
  for (let [filter] = filters; filter; [filter] = activeFilters(state, (name) => name)) state = { ...state, ...filter.off };
  assert.deepEqual({ ...state, slices: {} }, initial);
});
