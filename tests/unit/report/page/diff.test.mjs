import assert from "node:assert/strict";
import test from "node:test";
import { diff, tokenize } from "../../../../mtqe/report/page/assets/diff.js";

const sides = (pieces) => ({
  before: pieces
    .filter(({ kind }) => kind !== "insert")
    .map(({ text }) => text)
    .join(""),
  after: pieces
    .filter(({ kind }) => kind !== "delete")
    .map(({ text }) => text)
    .join(""),
});
const marked = (pieces) =>
  pieces.map(({ kind, text }) => (kind === "same" ? text : kind === "insert" ? `[+${text}]` : `[-${text}]`)).join("");

/** A repeatable source of numbers (Park and Miller's minimal standard generator). */
function generator(seed) {
  let state = seed;
  return (limit) => (state = (state * 48271) % 2147483647) % limit;
}

test("words are compared, not characters", () => {
  assert.equal(marked(diff("the red cat", "the black cat", "en")), "the [-red][+black] cat");
});

test("changes that a space parts read as one phrase", () => {
  assert.equal(marked(diff("a big dog ran", "a small cat ran", "en")), "a [-big dog][+small cat] ran");
});

test("numbers, apostrophes and hyphens stay whole", () => {
  assert.deepEqual(tokenize("It's 1,234.5 well-known", "en"), ["It's", " ", "1,234.5", " ", "well-known"]);
});

test("Chinese, Japanese and Thai are compared by character, Latin words inside them whole", () => {
  assert.equal(marked(diff("他去北京", "他在北京", "zh-Hans")), "他[-去][+在]北京");
  assert.deepEqual(tokenize("用Python写", "zh"), ["用", "Python", "写"]);
  assert.equal(marked(diff("東京へ", "京都へ", "ja")).includes("京"), true);
});

test("a combining mark stays with its letter", () => {
  assert.deepEqual(tokenize("ก็ดี", "th"), ["ก็", "ดี"]);
});

test("tokens joined are the text again, whatever the text", () => {
  for (const text of ["", "a\u0000b", "\ud800x", "e\u0301", "😀👍🏽", "\u202eabc", " \n\t ", "עברית ¿qué?"]) {
    for (const language of ["en", "zh", "th"]) assert.equal(tokenize(text, language).join(""), text);
  }
});

test("both texts can be read off any diff", () => {
  const next = generator(7);
  const text = () => Array.from({ length: next(14) }, () => "ab c"[next(4)]).join("");
  for (let round = 0; round < 2000; round += 1) {
    const [before, after] = [text(), text()];
    const language = round % 2 ? "en" : "zh";
    assert.deepEqual(sides(diff(before, after, language)), { before, after });
  }
});

test("a diff is as short as can be", () => {
  const pieces = diff("a b c d e f", "b c x e f g", "zh");
  assert.equal(
    pieces
      .filter(({ kind }) => kind === "same")
      .map(({ text }) => text)
      .join("")
      .replaceAll(" ", ""),
    "bcef",
  );
});

test("texts of 100,000 characters with nothing in common are compared", () => {
  const before = "甲".repeat(100_000);
  const after = "乙".repeat(100_000);
  // Every sign with every other would be 10,000,000,000 steps, beyond the time limit of a test.
  assert.deepEqual(sides(diff(before, after, "zh")), { before, after });
});
