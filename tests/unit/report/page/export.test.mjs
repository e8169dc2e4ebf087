import assert from "node:assert/strict";
import test from "node:test";
import { toCsv, toJsonLines } from "../../../../mtqe/report/page/assets/export.js";
import { store } from "./fixture.mjs";

test("JSON Lines has one segment a line, and null where there is nothing", () => {
  const lines = toJsonLines(store(), [2, 3])
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.id),
    ["s3", "s4"],
  );
  assert.deepEqual(lines[0].systems[1], {
    system: "B",
    hypothesis: null,
    failure: "timed out",
    scores: { bleu: null, ter: null },
    findings: [],
  });
  assert.deepEqual(lines[1].findings, [
    { check: "empty", severity: "minor", message: "none", spans: [["source", 0, 2]] },
  ]);
});

test("CSV has one segment and system a line and quotes what needs it", () => {
  const filled = store();
  filled.sources[0] = 'a "b", c\nd';
  const csv = toCsv(filled, [0], true);
  assert.equal(
    csv.split("\r\n")[0],
    "segment_id,document,metadata.domain,source,reference_1,system,hypothesis,failure,bleu,ter,findings",
  );
  assert.ok(
    csv.includes(
      's1,d1,news,"a ""b"", c\nd",Hola,A,Hola,,90,0,"critical numbers: 4 differs\nminor empty: nothing there"\r\n',
    ),
  );
});

test("texts that a spreadsheet would take for formulas are guarded, so that they come back", () => {
  const filled = store();
  const texts = ["=1+1", "+49", "-5", "@x", "\tx", "'=1", "''-", "'x", "x=1", ""];
  const cell = (guarded) => (text) => {
    filled.sources[0] = text;
    const [, line] = toCsv(filled, [0], guarded).split("\r\n");
    return line.split(",")[3];
  };
  const guarded = texts.map(cell(true));
  assert.deepEqual(guarded, ["'=1+1", "'+49", "'-5", "'@x", "'\tx", "''=1", "'''-", "'x", "x=1", ""]);
  const back = guarded.map((text) => text.replace(/^'(?='*[=+\-@\t\r])/, ""));
  assert.deepEqual(back, texts);
  assert.deepEqual(texts.map(cell(false)), texts);
});

test("a score below 0 stays a number", () => {
  const filled = store();
  filled.scores[0][0][0] = -1.5;
  assert.match(toCsv(filled, [0], true), /,Hola,,-1.5,0,/);
});
