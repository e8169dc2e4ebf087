import assert from "node:assert/strict";
import test from "node:test";
import { invisibleName, matches, splitAtMatches } from "../../../mtqe/report/assets/text.js";

test("characters that show nothing have names, the others and plain spaces have none", () => {
  assert.equal(invisibleName("\u202e"), "RLO");
  assert.equal(invisibleName("\u0000"), "NUL");
  assert.equal(invisibleName("\u0007"), "U+0007");
  assert.equal(invisibleName("\u{e0041}"), "U+E0041");
  for (const character of ["a", " ", "汉", "é", "😀", "ก"]) assert.equal(invisibleName(character), null);
});

test("empty matches mark nothing", () => assert.deepEqual(matches("abc", /x*/gu), []));

test("a match that spans two pieces is marked in both", () => {
  const found = matches("black cat", /ack c/gu);
  assert.deepEqual(splitAtMatches("black", found, 0), [{ text: "bl", marked: false }, { text: "ack", marked: true }]);
  assert.deepEqual(splitAtMatches(" cat", found, 5), [{ text: " c", marked: true }, { text: "at", marked: false }]);
});
