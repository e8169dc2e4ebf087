import assert from "node:assert/strict";
import test from "node:test";
import { ngramOverlap } from "../../../../mtqe/report/page/assets/ngrams.js";

const texts = (ngrams) => ngrams.map(({ text, count }) => (count > 1 ? `${text} ×${count}` : text));

test("an n-gram matches only as often as the reference has it", () => {
  const [unigrams, bigrams] = ngramOverlap("the the cat", "the cat sat", "en").overlaps;
  assert.deepEqual([unigrams.matches, unigrams.given, unigrams.wanted], [2, 3, 3]);
  assert.deepEqual(
    [texts(unigrams.matched), texts(unigrams.extra), texts(unigrams.missing)],
    [["the", "cat"], ["the"], ["sat"]],
  );
  assert.deepEqual(
    [texts(bigrams.matched), texts(bigrams.extra), texts(bigrams.missing)],
    [["the cat"], ["the the"], ["cat sat"]],
  );
});

test("each token knows the longest match around it, however it is spaced", () => {
  const { reach, tokens } = ngramOverlap("El  gato negro duerme.", "Un gato negro come.", "es");
  assert.deepEqual(
    tokens.map(({ text }) => text),
    ["El", "gato", "negro", "duerme", "."],
  );
  assert.deepEqual([...reach], [0, 2, 2, 0, 1]);
});

test("Chinese goes by character", () => {
  const { overlaps } = ngramOverlap("今天很好", "今天真好", "zh");
  assert.deepEqual(
    overlaps.map(({ matches, given }) => [matches, given]),
    [
      [3, 4],
      [1, 3],
      [0, 2],
      [0, 1],
    ],
  );
});

test("what is repeated is counted and an empty text matches nothing", () => {
  const [unigrams] = ngramOverlap("no no no", "sí", "es").overlaps;
  assert.deepEqual(texts(unigrams.extra), ["no ×3"]);
  assert.equal(ngramOverlap("", "sí", "es").overlaps[0].wanted, 1);
});
