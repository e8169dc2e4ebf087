import assert from "node:assert/strict";
import test from "node:test";
import { activeFilters, fromHash, initialState, sameValue, toHash } from "../../../../mtqe/report/page/assets/state.js";

const initial = initialState(["A", "B"], ["bleu"]);

test("a view opens with an empty address", () => assert.equal(toHash(initial, initial), "#"));

test("every part of a state survives its link", () => {
  const state = {
    ...initial,
    view: "segments",
    segment: "a&b=c #1",
    text: "<b> %00 ‮",
    regex: true,
    low: 0,
    high: 100.5,
    xHigh: -Infinity,
    wins: [{ winner: "a|b", loser: '"', metric: "bleu" }],
    slices: [["do main", "x&y"]],
    sort: "systems",
    descending: true,
    diff: "s:B",
    invisible: true,
    hidden: ["A", "B,C"],
  };
  assert.deepEqual(fromHash(toHash(state, initial), initial), state);
});

test("what a link doesn't know is left out", () => {
  assert.deepEqual(fromHash("#nonsense=1&__proto__=2&hash", initial), initial);
});

test("numbers that are none, and conditions that are not sound, are left out", () => {
  assert.deepEqual(fromHash('#low=x&high=&beats={"a":1}&beats=[1,2,3]&beats=[', initial), initial);
});

test("a link of an older report keeps its one condition", () => {
  const { wins } = fromHash("#winner=A&loser=B&win-metric=ter", initial);
  assert.deepEqual(wins, [{ winner: "A", loser: "B", metric: "ter" }]);
});

test("a bound of minus infinity is another than none", () => {
  assert.ok(!sameValue(null, -Infinity));
  assert.ok(sameValue([["a", "b"]], [["a", "b"]]));
  assert.ok(!sameValue([["a", "b"]], []));
});

test("taking every filter off leads back to the initial view", () => {
  let state = {
    ...initial,
    text: "x",
    low: 0,
    wins: [
      { winner: "A", loser: "B", metric: "bleu" },
      { winner: "B", loser: "C", metric: "bleu" },
    ],
    missing: true,
    finding: "*",
    severity: "minor",
    longest: 9,
    yHigh: 3,
    slices: [["domain", "news"]],
  };
  const filters = activeFilters(state, (name) => name);
  assert.equal(filters.length, 9);
  for (let [filter] = filters; filter; [filter] = activeFilters(state, (name) => name))
    state = { ...state, ...filter.off };
  assert.deepEqual(state, initial);
});
