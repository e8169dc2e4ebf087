import assert from "node:assert/strict";
import test from "node:test";
import { languageCode, say, thousands, useWords } from "../../../../mtqe/report/page/assets/words.js";

const table = [
  ["segments", { one: "{count} segment", other: "{count} segments" }],
  ["who", "{name} of {unknown}"],
];

test("words are those of the language, with its plurals and its way with numbers", () => {
  useWords("en", table);
  assert.equal(say("segments", { count: 1 }), "1 segment");
  assert.equal(say("segments", { count: 1200 }), "1,200 segments");
  useWords("es", [["segments", { one: "{count} segmento", other: "{count} segmentos" }]]);
  assert.equal(say("segments", { count: 12000 }), "12.000 segmentos");
  assert.equal(thousands(12000), "12.000");
  assert.equal(languageCode(), "es");
});

test("a value is put in as it is, and what is not known stays to be seen", () => {
  useWords("en", table);
  assert.equal(say("who", { name: "{count} $& <b>" }), "{count} $& <b> of {unknown}");
  assert.equal(say("no such key"), "no such key");
  assert.equal(say("__proto__"), "__proto__");
});
