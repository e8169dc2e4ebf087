import assert from "node:assert/strict";
import test from "node:test";
import { meanDifferences, meanScores } from "../../../../mtqe/report/page/assets/means.js";
import { store } from "./fixture.mjs";

const filled = store();

test("means leave unscored segments out", () => {
  const means = meanScores(filled, Uint32Array.of(0, 2, 3));
  assert.deepEqual(means.map((row) => row.map(({ mean }) => mean)), [[70, 10], [10, 90]]);
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
