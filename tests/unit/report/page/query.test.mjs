import assert from "node:assert/strict";
import test from "node:test";
import { filterRows, searchExpression } from "../../../../mtqe/report/page/assets/query.js";
import { toJsonLines } from "../../../../mtqe/report/page/assets/export.js";
import { fromHash, initialState, toHash } from "../../../../mtqe/report/page/assets/state.js";
import { store } from "./fixture.mjs";

const filled = store();
const query = (changes) => ({ ...initialState(["A", "B"], ["bleu", "ter"]), ...changes });
const filtered = (changes) => [...filterRows(filled, query(changes))];

test("no filter lets everything through", () => assert.deepEqual(filtered({}), [0, 1, 2, 3]));

test("text is found literally, in any case unless case matters", () => {
  assert.deepEqual(filtered({ text: "$4.00 (net)" }), [2]);
  assert.deepEqual(filtered({ text: "el gato" }), [1]);
  assert.deepEqual(filtered({ text: "el gato", exactCase: true }), []);
  assert.deepEqual(filtered({ text: "ça" }), [3]);
});

test("no character of a literal search means anything", () => {
  const all = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
  assert.deepEqual(all.match(searchExpression({ text: all, regex: false, exactCase: true })), [all]);
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
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "A", low: 50, high: 90 }), [0, 1, 2]);
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "A", low: null, high: 50 }), [1, 2]);
  assert.deepEqual(filtered({ rangeMetric: "bleu", rangeSystem: "", high: 20 }), [0]);
});

test("beating means lower for an error rate, and a missing score beats nothing", () => {
  assert.deepEqual(filtered({ wins: [{ winner: "A", loser: "B", metric: "bleu" }] }), [0]);
  assert.deepEqual(filtered({ wins: [{ winner: "B", loser: "A", metric: "ter" }] }), [1]);
  const both = [
    { winner: "A", loser: "B", metric: "bleu" },
    { winner: "A", loser: "B", metric: "ter" },
  ];
  assert.deepEqual(filtered({ wins: both }), [0]);
  assert.deepEqual(filtered({ wins: [both[0], { ...both[1], winner: "B", loser: "A" }] }), []);
});

test("slices and missing translations", () => {
  assert.deepEqual(filtered({ slices: [["domain", "news"]] }), [0, 2]);
  assert.deepEqual(filtered({ slices: [["domain", "news"]], missing: true }), [2]);
});

for (const name of ["__proto__", "constructor", "toString"]) {
  test(`a column, a value and a system may be called ${name}`, () => {
    const renamed = store([name, "B"], [name], name);
    const start = { ...initialState([name, "B"], ["bleu", "ter"]) };
    const rows = (changes) => [...filterRows(renamed, { ...start, ...changes })];
    assert.deepEqual(rows({}), [0, 1, 2, 3]);
    assert.deepEqual(rows({ slices: [[name, name]] }), [0, 2]);
    assert.deepEqual(rows({ slices: [["valueOf", "x"]] }), [0, 1, 2, 3]);
    assert.deepEqual(rows({ wins: [{ winner: name, loser: "B", metric: "bleu" }] }), [0]);
    assert.deepEqual(rows({ text: name, column: `meta:${name}` }), [0, 2]);
    assert.deepEqual(rows({ findingSystem: name }), [0]);
    const linked = fromHash(toHash({ ...start, slices: [[name, name]], reviewed: name }, start), start);
    assert.deepEqual(linked.slices, [[name, name]]);
    const line = JSON.parse(toJsonLines(renamed, [0]));
    assert.equal(line[`metadata.${name}`], name);
    assert.equal(line.systems[0].system, name);
  });
}

test("findings are found by check, severity and system, in any combination", () => {
  assert.deepEqual(filtered({ finding: "*" }), [0, 1, 3]);
  assert.deepEqual(filtered({ finding: "numbers" }), [0, 1]);
  assert.deepEqual(filtered({ finding: "no such check" }), []);
  assert.deepEqual(filtered({ severity: "major" }), [0, 1]);
  assert.deepEqual(filtered({ findingSystem: "B" }), [1]);
  assert.deepEqual(filtered({ findingSystem: "*" }), [3]);
  assert.deepEqual(filtered({ finding: "empty", severity: "critical", findingSystem: "A" }), []);
});

test("the length of the source counts characters, ends included", () => {
  assert.deepEqual(filtered({ shortest: 5, longest: 7 }), [0, 1, 3]);
  assert.deepEqual(filtered({ longest: 5 }), [0, 3]);
});

test("a box in the scatter plot holds what has both scores within it", () => {
  const axes = { xSystem: "A", xMetric: "bleu", ySystem: "B", yMetric: "bleu" };
  assert.deepEqual(filtered({ ...axes, xHigh: 90 }), [0, 1]);
  assert.deepEqual(filtered({ ...axes, xLow: 60, yHigh: 10 }), [0]);
  assert.deepEqual(filtered({ ...axes, yLow: 61 }), []);
  assert.deepEqual(filtered({ ...axes, xSystem: "gone", xLow: 60 }), [0, 1, 2, 3]);
});
