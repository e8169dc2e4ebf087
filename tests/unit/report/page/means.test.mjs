import assert from "node:assert/strict";
import test from "node:test";
import { holm, twoSided, meanDifferences, meanScores } from "../../../../mtqe/report/page/assets/means.js";
import { store } from "./fixture.mjs";

const filled = store();

test("means leave unscored segments out", () => {
  const means = meanScores(filled, Uint32Array.of(0, 2, 3));
  assert.deepEqual(
    means.map((row) => row.map(({ mean }) => mean)),
    [
      [70, 10],
      [10, 90],
    ],
  );
  assert.ok(Number.isNaN(meanScores(filled, Uint32Array.of(3))[0][0].mean));
});

test("an interval is 1.96 standard errors on each side, and one score has none", () => {
  const [[bleu]] = meanScores(filled, Uint32Array.of(0, 1, 2));
  const margin = 1.96 * Math.sqrt(((90 - 190 / 3) ** 2 + 2 * (50 - 190 / 3) ** 2) / 2 / 3);
  assert.ok(Math.abs(bleu.high - bleu.mean - margin) < 1e-9);
  assert.ok(Number.isNaN(meanScores(filled, Uint32Array.of(0))[0][0].low));
});

test("differences are taken segment by segment, where both are scored", () => {
  const [[, ter], [bleu]] = meanDifferences(filled, Uint32Array.of(0, 1, 2), 1);
  assert.equal(ter.mean, -40);
  assert.equal(ter.scored, 2);
  assert.equal(bleu.mean, 0);
});

test("p-values are those of the normal distribution, and Holm corrects them in order", () => {
  const p = (z) => twoSided({ mean: z, low: z - 1.96, high: z + 1.96, scored: 30 });
  assert.ok(Math.abs(p(1.959964) - 0.05) < 1e-6);
  assert.ok(Math.abs(p(-2.575829) - 0.01) < 1e-6);
  assert.ok(Math.abs(p(0) - 1) < 1e-6);
  const corrected = holm([0.01, 0.04, 0.03, 0.9]);
  assert.deepEqual(
    corrected.map((value) => Number(value.toFixed(6))),
    [0.04, 0.09, 0.09, 0.9],
  );
  assert.deepEqual(holm([0.6, 0.7]), [1, 1]);
});
