import assert from "node:assert/strict";
import test from "node:test";
import { layerSpans, layersOf } from "../../../../mtqe/report/page/assets/spanmarks.js";
import { Findings } from "../../../../mtqe/report/page/assets/findings.js";
import { NO_CATEGORY, overlap, Spans } from "../../../../mtqe/report/page/assets/spans.js";
import { filterRows } from "../../../../mtqe/report/page/assets/query.js";
import { activeFilters, fromHash, initialState, toHash } from "../../../../mtqe/report/page/assets/state.js";
import { store } from "./fixture.mjs";

/** Two origins beside the checks of the fixture. */
const columns = {
  origins: [
    { name: "metric:x", kind: "metric", label: "X" },
    { name: "person:ana", kind: "person", label: "Ana" },
  ],
  categories: ["Accuracy/Addition"],
  explanations: ["because"],
  origin: [0, 1, 0, 0],
  segment: [0, 0, 1, 3],
  system: [0, 0, 1, 1],
  side: [1, 1, 1, 0],
  start: [0, 2, 1, 0],
  end: [3, 4, 1, 2],
  category: [-1, 0, -1, -1],
  severity: [1, 2, -1, 0],
  confidence: [0.5, null, 0.25, 0.75],
  explanation: [0, -1, -1, -1],
};

const filled = () => {
  const made = store();
  made.spans = new Spans(columns, made.findings, made.count, "Checks");
  return made;
};
const passing = (change) => [...filterRows(filled(), { ...initialState(["A", "B"], ["bleu", "ter"]), ...change })];

test("checks are one more origin, made of the findings that mark a translation or its source", () => {
  const { spans } = filled();
  assert.deepEqual(
    spans.origins.map(({ name }) => name),
    ["metric:x", "person:ana", "checks"],
  );
  assert.deepEqual(
    spans.of(0).map(({ origin, start, end, explanation }) => [origin, start, end, explanation]),
    [
      [0, 0, 3, "because"],
      [1, 2, 4, ""],
      [2, 0, 1, "4 differs"],
    ],
  );
  assert.deepEqual(spans.countOf(3), 1); // the finding there is the test set's own
  assert.equal(new Spans(undefined, new Findings(undefined, 2), 2, "Checks").any, false);
  assert.equal(new Spans({ ...columns, origins: [], segment: [] }, filled().findings, 4, "Checks").any, false);
});

test("the list is filtered by origin, category, severity, system and agreement", () => {
  assert.deepEqual(passing({ spanOrigin: "metric:x" }), [0, 1, 3]);
  assert.deepEqual(passing({ spanOrigin: "nobody" }), []);
  assert.deepEqual(passing({ spanOrigin: "metric:x", spanSeverity: "critical" }), [3]);
  assert.deepEqual(passing({ spanSeverity: "minor" }), [0]);
  assert.deepEqual(passing({ spanCategory: "Accuracy/Addition" }), [0]);
  assert.deepEqual(passing({ spanCategory: NO_CATEGORY, spanSystem: "B" }), [1, 3]);
  assert.deepEqual(passing({ spanOrigin: "metric:x", spanAgreement: "both" }), [0]);
  assert.deepEqual(passing({ spanOrigin: "metric:x", spanAgreement: "both", spanOther: "checks" }), [0]);
  assert.deepEqual(passing({ spanOrigin: "person:ana", spanAgreement: "alone", spanOther: "checks" }), [0]);
  assert.deepEqual(passing({ spanOrigin: "metric:x", spanAgreement: "alone" }), [1, 3]);
});

test("spans overlap where they share a character of one text, or one lacks something inside the other", () => {
  const span = (start, end, more = {}) => ({ system: 0, side: "source", start, end, ...more });
  assert.ok(overlap(span(0, 3), span(2, 4)));
  assert.ok(!overlap(span(0, 3), span(3, 4)));
  assert.ok(overlap(span(3, 3), span(3, 4)));
  assert.ok(!overlap(span(5, 5), span(3, 4)));
  assert.ok(!overlap(span(0, 3), span(0, 3, { side: "hypothesis" })));
  assert.ok(!overlap(span(0, 3), span(0, 3, { system: 1 })));
});

test("each origin has a layer, at the places of its spans in UTF-16", () => {
  const { spans } = filled();
  const text = "\u{1F600}bc\u{1F600}";
  const shown = [{ ...spans.of(0)[0], start: 0, end: 2 }, { ...spans.of(0)[1], start: 1, end: 3 }, spans.of(0)[2]];
  const marks = layerSpans(spans, shown, "hypothesis", text);
  assert.deepEqual(
    marks.map(({ start, end, className }) => [start, end, className]),
    [
      [0, 3, "span o0 major"],
      [2, 4, "span o1 minor"],
    ],
  );
  assert.match(marks[0].title, /^X: major, confidence 50%\. because$/);
  assert.equal(layersOf(marks), 2);
  const gaps = layerSpans(
    spans,
    [0, 4].map((start) => ({ ...spans.of(1)[0], start, end: start })),
    "hypothesis",
    text,
  );
  assert.deepEqual(
    gaps.map(({ start, end, className }) => [start, end, className]),
    [
      [0, 2, "gap-at o0"],
      [4, 6, "gap-after o0"],
    ],
  );
});

test("a link keeps the filters of spans and the layers that are off, and chips name them", () => {
  const initial = initialState(["A"], ["bleu"]);
  const state = {
    ...initial,
    spanOrigin: "metric:x",
    spanAgreement: "alone",
    spanCategory: NO_CATEGORY,
    startFrom: "metric:x",
    layersOff: ["person:ana", "checks"],
  };
  assert.deepEqual(fromHash(toHash(state, initial), initial), state);
  const [chip] = activeFilters(state, String, () => "X");
  assert.equal(chip.label, "error spans by X, no kind given, not marked by any other");
  assert.deepEqual(activeFilters({ ...state, ...chip.off }, String), []);
});
