import assert from "node:assert/strict";
import test from "node:test";
import { Findings } from "../../../../mtqe/report/page/assets/findings.js";
import { store } from "./fixture.mjs";

const { findings } = store();

test("the findings of a segment, in any order that they come in", () => {
  assert.deepEqual(
    findings.of(0).map(({ check, system }) => [check, system]),
    [
      ["numbers", 0],
      ["empty", 0],
    ],
  );
  assert.deepEqual(findings.of(2), []);
  assert.deepEqual(findings.of(3)[0].spans, [["source", 0, 2]]);
});

test("counts by severity and check, of the test set and of a system", () => {
  assert.deepEqual(findings.counts(-1), [
    [0, 0],
    [0, 0],
    [0, 1],
  ]);
  assert.deepEqual(findings.counts(0), [
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
  assert.equal(findings.countOf(0), 2);
});

test("findings of two runs are new or fixed where the other run has none of their check", () => {
  const both = store();
  both.findings.compare([[0, 1]]);
  assert.deepEqual(both.findings.counts(0, "new"), [
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
  assert.deepEqual(both.findings.counts(1, "fixed"), [
    [0, 0],
    [1, 0],
    [0, 0],
  ]);
  assert.deepEqual([...both.findings.marked("*", "", null, "fixed")], [0, 1, 0, 0]);
  assert.deepEqual(both.findings.counts(-1, "new").flat(), [0, 0, 0, 0, 0, 0]);
});

test("a run without checks has none", () => {
  const none = new Findings(undefined, 3);
  assert.deepEqual([none.count, none.checks, none.of(2)], [0, [], []]);
});
