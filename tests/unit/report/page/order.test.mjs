import assert from "node:assert/strict";
import test from "node:test";
import { percentiles, sortRows } from "../../../../mtqe/report/page/assets/order.js";
import { initialState } from "../../../../mtqe/report/page/assets/state.js";
import { store } from "./fixture.mjs";

const filled = store();
const initial = initialState(["A", "B"], ["bleu", "ter"]);
const sorted = (changes) => [...sortRows(filled, Uint32Array.of(0, 1, 2, 3), { ...initial, ...changes })];

test("rows without a score come last in both directions, equal ones in the corpus's order", () => {
  assert.deepEqual(sorted({ sort: "score", sortSystem: "A", sortMetric: "bleu" }), [1, 2, 0, 3]);
  assert.deepEqual(sorted({ sort: "score", sortSystem: "A", sortMetric: "bleu", descending: true }), [0, 1, 2, 3]);
});

test("the difference of two systems", () => {
  const difference = { sort: "systems", sortSystem: "A", otherSystem: "B", sortMetric: "bleu" };
  assert.deepEqual(sorted(difference), [1, 0, 2, 3]);
  assert.deepEqual(sorted({ ...difference, descending: true }), [0, 1, 2, 3]);
});

test("two metrics are compared by rank, an error rate turned round", () => {
  assert.deepEqual([...percentiles(Float64Array.of(1, 3, 3, NaN), 4, true)], [0, 75, 75, NaN]);
  assert.deepEqual([...percentiles(Float64Array.of(0, 40, 20), 3, false)], [100, 0, 50]);
  assert.deepEqual(sorted({ sort: "metrics", sortSystem: "A", sortMetric: "bleu", otherMetric: "ter" }), [2, 0, 1, 3]);
});

test("a regression is a drop, whichever direction the metric has", () => {
  const drop = { sort: "regression", sortSystem: "A", otherSystem: "B" };
  assert.deepEqual(sorted({ ...drop, sortMetric: "bleu" }), [1, 0, 2, 3]);
  assert.deepEqual(sorted({ ...drop, sortMetric: "ter" }), [1, 0, 2, 3]);
  assert.deepEqual(sorted({ ...drop, sortMetric: "ter", descending: true }), [0, 1, 2, 3]);
});

test("the gravest findings come first, among equals the most, and none last", () => {
  assert.deepEqual(sorted({ sort: "findings" }), [0, 1, 3, 2]);
});

test("lengths are compared in characters", () => assert.deepEqual(sorted({ sort: "length" }), [0, 3, 1, 2]));
