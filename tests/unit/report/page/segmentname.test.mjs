import assert from "node:assert/strict";
import test from "node:test";
import { segmentAt } from "../../../../mtqe/report/page/assets/segmentname.js";
import { store } from "./fixture.mjs";

/** Four segments of a table with a header, or of a file with keys. */
function placed(places, omitted = 0) {
  const filled = store();
  filled.places = places;
  filled.summary.omitted = omitted;
  return (wanted) => segmentAt(filled, wanted);
}

test("a segment is found by its id, its line as it is shown, and its number in the test set", () => {
  const at = placed(["line 2", "line 3", "line 4", "line 5"]);
  assert.deepEqual(["s3", "line 3", "Line 3", "3", "#3"].map(at), [2, 1, 1, 1, 2]);
  assert.deepEqual(["1", "5", "#5", "0", "6", "s9", "line 1", ""].map(at), [0, 3, -1, -1, -1, -1, -1, -1]);
});

test("keys are no numbers, and without places the number in the test set counts", () => {
  const keys = placed(["key 4", "key b", "key c", "key d"]);
  assert.deepEqual(["4", "key 4", "key d"].map(keys), [3, 0, 3]);
  const none = placed([null, null, null, null]);
  assert.deepEqual(["4", "segment 4", "#4"].map(none), [3, 3, 3]);
});

test("in a sample, a number that no segment is called by is nobody's", () => {
  const at = placed(["segment 10", "segment 20", "segment 30", "segment 40"], 36);
  assert.deepEqual(["20", "2", "#2"].map(at), [1, -1, -1]);
});
