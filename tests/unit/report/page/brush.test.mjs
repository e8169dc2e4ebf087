import assert from "node:assert/strict";
import test from "node:test";
import { stepped } from "../../../../mtqe/report/page/assets/brush.js";
import { countCells } from "../../../../mtqe/report/page/assets/points.js";

const close = (actual, expected) => {
  for (const side of ["left", "right", "bottom", "top"])
    assert.ok(Math.abs(actual[side] - expected[side]) < 1e-9, side);
};

test("an arrow key moves the box and keeps its size, up to the plot's border", () => {
  const box = { left: 0.1, right: 0.3, bottom: 0.98, top: 1 };
  close(stepped(box, "ArrowRight", false), { ...box, left: 0.14, right: 0.34 });
  close(stepped(box, "ArrowUp", false), box);
  close(stepped({ ...box, left: 0.01, right: 0.2 }, "ArrowLeft", false), { ...box, left: 0, right: 0.19 });
});

test("with Shift it moves the upper right corner alone, and some box remains", () => {
  const box = { left: 0.1, right: 0.16, bottom: 0.2, top: 0.4 };
  close(stepped(box, "ArrowUp", true), { ...box, top: 0.44 });
  close(stepped(box, "ArrowLeft", true), { ...box, right: 0.14 });
});

test("every point is counted in a cell of the grid, at the borders too", () => {
  const counts = countCells(Float32Array.of(0, 1, 0.4, 0.4), Float32Array.of(0, 1, 0.9, 0.9), 2, 2);
  assert.deepEqual([...counts], [2, 1, 1, 0]);
});
