import assert from "node:assert/strict";
import test from "node:test";
import { Findings } from "../../../../mtqe/report/page/assets/findings.js";
import { store } from "./fixture.mjs";

const { findings } = store();

test("the findings of a segment, in any order that they come in", () => {
  assert.deepEqual(findings.of(0).map(({ check, system }) => [check, system]), [["numbers", 0], ["empty", 0]]);
  assert.deepEqual(findings.of(2), []);
  assert.deepEqual(findings.of(3)[0].spans, [["source", 0, 2]]);
});

test("counts by check, system and severity", () => {
  assert.deepEqual(findings.counts("numbers", 1), [0, 1, 0]);
  assert.deepEqual(findings.counts("numbers", -1), [0, 0, 0]);
  assert.deepEqual(findings.counts("empty", -1), [0, 0, 1]);
});

test("a run without checks has none", () => {
  const none = new Findings(undefined, 3);
  assert.deepEqual([none.count, none.checks, none.of(2)], [0, [], []]);
});
