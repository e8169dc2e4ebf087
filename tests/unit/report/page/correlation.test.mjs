import assert from "node:assert/strict";
import test from "node:test";
import { rangeOf, correlate, roundNumbers } from "../../../../mtqe/report/page/assets/correlation.js";

const rows = Uint32Array.of(0, 1, 2, 3, 4);
const x = Float64Array.of(1, 2, 3, 4, NaN);
const y = Float64Array.of(1, 3, 2, 4, 5);

test("Pearson's correlation of what has both scores", () => {
  const correlation = correlate(x, y, rows);
  assert.deepEqual([...correlation.rows], [0, 1, 2, 3]);
  assert.ok(Math.abs(correlation.pearson - 0.8) < 1e-12);
});

test("what can't be correlated has no correlation", () => {
  assert.ok(Number.isNaN(correlate(x, Float64Array.of(1, 1, 1, 1, 1), rows).pearson));
  assert.ok(Number.isNaN(correlate(x, y, new Uint32Array(0)).pearson));
});

test("a quadrant's box holds just the segments that it counts", () => {
  for (const [first, second] of [
    [x, y],
    [Float64Array.of(2, 2, 2, 1, 5), y],
    [Float64Array.of(1, 1, 1, 1, 1), y],
  ]) {
    const { quadrants, rows: both } = correlate(first, second, rows);
    const bound = (text, otherwise) => (text === null ? otherwise : Number(text));
    for (const { count, box } of quadrants) {
      const inside = both.filter(
        (row) =>
          first[row] >= bound(box.xLow, -Infinity) &&
          first[row] <= bound(box.xHigh, Infinity) &&
          second[row] >= bound(box.yLow, -Infinity) &&
          second[row] <= bound(box.yHigh, Infinity),
      );
      assert.equal(inside.length, count);
    }
    assert.equal(
      quadrants.reduce((sum, { count }) => sum + count, 0),
      both.length,
    );
  }
});

test("a range has room around its scores, and there is one without scores", () => {
  assert.deepEqual(rangeOf(x, rows), [1 - 0.09, 4 + 0.09]);
  assert.deepEqual(rangeOf(x, Uint32Array.of(4)), [0, 1]);
  assert.deepEqual(rangeOf(x, Uint32Array.of(1)), [1.5, 2.5]);
});

test("ticks are round and lie in the range", () => {
  assert.deepEqual(roundNumbers(-3, 103), [0, 50, 100]);
  assert.deepEqual(roundNumbers(0.1, 0.34), [0.1, 0.15, 0.2, 0.25, 0.3]);
  assert.deepEqual(roundNumbers(-0.2, 0.2), [-0.2, -0.1, 0, 0.1, 0.2]);
});
