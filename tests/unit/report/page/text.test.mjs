import assert from "node:assert/strict";
import test from "node:test";
import { invisibleName, matches, splitAtSpans, utf16Offsets } from "../../../../mtqe/report/page/assets/text.js";

test("characters that show nothing have names, the others and plain spaces have none", () => {
  assert.equal(invisibleName("\u202e"), "RLO");
  assert.equal(invisibleName("\u0000"), "NUL");
  assert.equal(invisibleName("\u0007"), "U+0007");
  assert.equal(invisibleName("\u{e0041}"), "U+E0041");
  for (const character of ["a", " ", "汉", "é", "😀", "ก"]) assert.equal(invisibleName(character), null);
});

test("empty matches mark nothing", () => assert.deepEqual(matches("abc", /x*/gu), []));

test("a match that spans two pieces is marked in both", () => {
  const match = { start: 2, end: 7, className: "", title: "" };
  assert.deepEqual(splitAtSpans("black", [match], 0), [
    { text: "bl", spans: [] },
    { text: "ack", spans: [match] },
  ]);
  assert.deepEqual(splitAtSpans(" cat", [match], 5), [
    { text: " c", spans: [match] },
    { text: "at", spans: [] },
  ]);
});

test("spans may overlap, and an empty one marks nothing", () => {
  const [first, second] = [
    { start: 0, end: 3, className: "a", title: "" },
    { start: 2, end: 4, className: "b", title: "" },
  ];
  const parts = splitAtSpans("abcd", [first, second, { start: 1, end: 1, className: "c", title: "" }], 0);
  assert.deepEqual(
    parts.map(({ text, spans }) => [text, spans.map((span) => span.className).join("")]),
    [
      ["ab", "a"],
      ["c", "ab"],
      ["d", "b"],
    ],
  );
});

test("offsets in code points fall on whole characters", () => {
  assert.deepEqual(utf16Offsets("汉字", [0, 1, 2, 9]), [0, 1, 2, 2]);
  assert.deepEqual(utf16Offsets("a😀b", [0, 1, 2, 3, 9]), [0, 1, 3, 4, 4]);
});
