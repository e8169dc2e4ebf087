import assert from "node:assert/strict";
import test from "node:test";
import { Heights } from "../../../../mtqe/report/page/assets/virtual.js";

test("offsets are the sums of the heights before, and positions find their rows", () => {
  const heights = new Heights(1000, 10);
  for (let row = 0; row < 1000; row += 3) heights.set(row, 1 + (row % 50));
  let sum = 0;
  for (let row = 0; row < 1000; row += 1) {
    assert.equal(heights.offset(row), sum);
    assert.equal(heights.at(sum), row);
    sum += heights.heights[row];
  }
  assert.equal(heights.total, sum);
});

test("positions beyond the ends are the first and the last row", () => {
  const heights = new Heights(5, 10);
  assert.equal(heights.at(-100), 0);
  assert.equal(heights.at(1e9), 4);
});

test("an empty list has no height", () => assert.equal(new Heights(0, 10).total, 0));
