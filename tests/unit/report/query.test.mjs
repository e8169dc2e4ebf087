import assert from "node:assert/strict";
import test from "node:test";
import { filterRows, meanScores, percentiles, searchExpression, sortRows } from "../../../mtqe/report/assets/query.js";
import { initialState } from "../../../mtqe/report/assets/state.js";
import { store } from "./fixture.mjs";

const filled = store();
const query = (changes) => ({ ...initialState(["A", "B"], ["bleu", "ter"]), ...changes });
const filtered = (changes) => [...filterRows(filled, query(changes))];
const sorted = (changes) => [...sortRows(filled, filterRows(filled, query({})), query(changes))];

test("no filter lets everything through", () => assert.deepEqual(filtered({}), [0, 1, 2, 3]));

test("text is found literally, in any case unless case matters", () => {
  assert.deepEqual(filtered({ text: "$4.00 (net)" }), [2]);
  assert.deepEqual(filtered({ text: "el gato" }), [1]);
  assert.deepEqual(filtered({ text: "el gato", exactCase: true }), []);
  assert.deepEqual(filtered({ text: "ça" }), [3]);
});

test("text is looked for in one column only, if so asked", () => {
  assert.deepEqual(filtered({ text: "hola", column: "system:A" }), [0]);
  assert.deepEqual(filtered({ text: "hola", column: "system:B" }), []);
  assert.deepEqual(filtered({ text: "news", column: "meta:domain" }), [0, 2]);
  assert.deepEqual(filtered({ text: "d2", column: "document" }), [3]);
  assert.deepEqual(filtered({ text: "gato", column: "source" }), []);
});

test("a regular expression is one, and a broken one is an error", () => {
  assert.deepEqual(filtered({ text: "^(hola|va)$", regex: true, column: "hypothesis" }), [0, 3]);
  assert.throws(() => searchExpression({ text: "(", regex: true, exactCase: false }), SyntaxError);
});

test("a score range includes its ends and never an unscored segment", () => {
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "A", low: "50", high: "90" }), [0, 1, 2]);
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "A", low: "", high: "50" }), [1, 2]);
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "", high: "20" }), [0]);
});

test("beating means lower for an error rate, and a missing score beats nothing", () => {
  assert.deepEqual(filtered({ winner: "A", loser: "B", winMetric: "bleu" }), [0]);
  assert.deepEqual(filtered({ winner: "B", loser: "A", winMetric: "ter" }), [1]);
});

test("slices and missing translations", () => {
  assert.deepEqual(filtered({ slices: { domain: "news" } }), [0, 2]);
  assert.deepEqual(filtered({ slices: { domain: "news" }, missing: true }), [2]);
});

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

test("means leave unscored segments out", () => {
  const means = meanScores(filled, Uint32Array.of(0, 2, 3));
  assert.deepEqual(means, [[70, 10], [10, 90]]);
  assert.ok(Number.isNaN(meanScores(filled, Uint32Array.of(3))[0][0]));
});
