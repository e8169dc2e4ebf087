import assert from "node:assert/strict";
import test from "node:test";
import { ReviewStorage } from "../../../../mtqe/report/page/assets/reviewstorage.js";
import { weight } from "../../../../mtqe/report/page/assets/mqm.js";
import { Review, reviewTest, segmentReview } from "../../../../mtqe/report/page/assets/review.js";
import { adopt, readReviews, reviewJson, reviewTsv } from "../../../../mtqe/report/page/assets/reviewfile.js";
import { blindOrder } from "../../../../mtqe/report/page/assets/blind.js";
import { labelOf } from "../../../../mtqe/report/page/assets/reviewtools.js";
import { store } from "./fixture.mjs";

/** What browsers offer, with room for so many values. */
function shelf(room = Infinity) {
  const values = new Map();
  return {
    values,
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (!values.has(key) && values.size >= this.room) throw new DOMException("full", "QuotaExceededError");
      values.set(key, value);
    },
    removeItem: (key) => values.delete(key),
    room,
  };
}
const error = (more = {}) => ({
  system: "A",
  side: "hypothesis",
  start: 3,
  end: 7,
  text: "Gato",
  category: "Fluency/Spelling",
  severity: "minor",
  ...more,
});
const begun = (storage = shelf()) => new Review(new ReviewStorage(storage, "run 1"));

test("weights are those of Freitag et al. (2021)", () => {
  assert.equal(weight({ category: "Non-translation!", severity: "major" }), 25);
  assert.equal(weight({ category: "Fluency/Punctuation", severity: "major" }), 5);
  assert.equal(weight({ category: "Fluency/Punctuation", severity: "minor" }), 0.1);
  assert.equal(weight({ category: "Other", severity: "neutral" }), 0);
});

test("a review is there again when the page is opened again, and only of its run", () => {
  const storage = shelf();
  const review = begun(storage);
  review.change("s1", { mark: "ok", note: "fine" });
  review.addError("s2", error());
  review.addError("s2", error());
  assert.deepEqual(begun(storage).segments, review.segments);
  assert.equal(begun(storage).of("s2").errors.length, 1);
  assert.equal(new Review(new ReviewStorage(storage, "run 2")).segments.size, 0);
});

test("what is taken back is forgotten", () => {
  const storage = shelf();
  const review = begun(storage);
  review.change("s1", { mark: "problem" });
  review.addError("s1", error());
  review.removeError("s1", error());
  review.change("s1", { mark: "" });
  assert.equal(storage.values.size, 0);
  assert.equal(review.segments.size, 0);
});

test("a full storage loses nothing that is in the page, says so, and catches up", () => {
  const storage = shelf(1);
  const review = begun(storage);
  review.change("s1", { mark: "ok" });
  assert.equal(review.storage.trouble, "");
  review.change("s2", { mark: "problem" });
  assert.match(review.storage.trouble, /full/);
  assert.ok(review.storage.unsaved);
  assert.equal(review.of("s2").mark, "problem");
  storage.room = 9;
  review.change("s3", { mark: "ok" });
  assert.equal(review.storage.trouble, "");
  assert.equal(begun(storage).segments.size, 3);
});

test("without a storage the page still reviews, and an export sets it at ease", () => {
  const review = begun(null);
  assert.match(review.storage.trouble, /keep nothing/);
  review.change("s1", { mark: "ok" });
  assert.ok(review.storage.unsaved);
  review.storage.exported = true;
  assert.ok(!review.storage.unsaved);
});

test("what is not sound in the storage is left out", () => {
  const storage = shelf();
  storage.setItem("mtqe.review/run%201/s1", "no JSON");
  storage.setItem("mtqe.review/run%201/__proto__", JSON.stringify({ mark: "ok" }));
  storage.setItem(
    "mtqe.review/run%201/s2",
    JSON.stringify({ mark: "toString", errors: [error({ start: -1 }), error({ severity: "huge" }), error(), 7] }),
  );
  const review = begun(storage);
  assert.deepEqual([...review.segments.keys()], ["__proto__", "s2"]);
  assert.deepEqual(review.of("s2"), { mark: "", note: "", errors: [error()], dropped: [] });
  assert.deepEqual(segmentReview(null), { mark: "", note: "", errors: [], dropped: [] });
});

test("progress and filters tell what is done", () => {
  const review = begun();
  review.change("s1", { mark: "ok" });
  review.change("s3", { note: "hm" });
  review.addError("s2", error({ severity: "major" }));
  assert.deepEqual(review.progress(), { marked: 1, notes: 1, errors: 1, penalty: 5 });
  const passing = (filter) => ["s1", "s2", "s3"].filter(reviewTest(review, filter) ?? (() => true));
  assert.deepEqual(
    ["unmarked", "marked", "ok", "errors", "notes", ""].map((filter) => passing(filter).length),
    [2, 1, 1, 1, 1, 3],
  );
});

for (const [kind, write] of [
  ["JSON", reviewJson],
  ["TSV", reviewTsv],
]) {
  test(`${kind} gives back all that was said`, () => {
    const filled = store();
    filled.summary.manifest.id = "run 1";
    const review = begun();
    review.change("s1", { mark: "ok" });
    review.change("s2", { mark: "problem", note: "two\nlines\tand a tab" });
    review.addError("s2", error());
    review.addError("s2", error({ side: "source", start: 0, end: 3, text: "The", severity: "major" }));
    review.change("s4", { note: "only this" });
    const reviews = readReviews(write(filled, review, "Ana"));
    assert.deepEqual([...reviews.keys()], ["Ana"]);
    const again = begun();
    assert.deepEqual(adopt(filled, again, reviews.get("Ana")), { taken: 3, segments: 0, errors: 0 });
    assert.deepEqual(again.segments, review.segments);
  });
}

test("TSV has the ten columns of WMT's MQM data, with the error enclosed", () => {
  const filled = store();
  const review = begun();
  review.addError("s2", error());
  const [head, line] = reviewTsv(filled, review, "Ana")
    .split("\n")
    .map((each) => each.split("\t"));
  assert.deepEqual(head.slice(0, 9), [
    "system",
    "doc",
    "docSegId",
    "globalSegId",
    "rater",
    "source",
    "target",
    "category",
    "severity",
  ]);
  assert.deepEqual(line.slice(0, 9), [
    "A",
    "d1",
    "s2",
    "2",
    "Ana",
    "The cat",
    "El <v>Gato</v>",
    "Fluency/Spelling",
    "Minor",
  ]);
});

test("an import overwrites nothing, and leaves out what the report doesn't have", () => {
  const review = begun();
  review.change("s2", { mark: "ok", note: "mine" });
  const other = new Map([
    [
      "s2",
      {
        mark: "problem",
        note: "theirs",
        errors: [error(), error({ text: "Perro" }), error({ system: "C" })],
        dropped: [],
      },
    ],
    ["s9", { mark: "ok", note: "", errors: [], dropped: [] }],
  ]);
  assert.deepEqual(adopt(store(), review, other), { taken: 1, segments: 1, errors: 2 });
  assert.deepEqual(review.of("s2"), { mark: "ok", note: "mine\ntheirs", errors: [error()], dropped: [] });
  adopt(store(), review, other);
  assert.equal(review.of("s2").note, "mine\ntheirs");
});

test("what is no review is refused with a reason", () => {
  assert.throws(() => readReviews('{"format": "other"}'), /not a review/);
  assert.throws(() => readReviews('{"format": "mtqe-review", "version": 2, "reviews": []}'), /version is 2/);
  assert.throws(() => readReviews("a\tb\n"), /first line/);
  assert.throws(() => readReviews(reviewTsv(store(), begun(), "Ana") + "a\tb\n"), /line 2 has 2 columns/);
});

test("a blind review shows each segment in an order of its own, and keeps it in the export", () => {
  const filled = store();
  filled.systems = Array.from({ length: 7 }, (_, index) => `S${index}`);
  const orders = [0, 1, 2, 3].map((row) => blindOrder(filled, row));
  for (const order of orders) assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(blindOrder(filled, 2), orders[2]);
  assert.ok(new Set(orders.map(String)).size > 1);
  const two = store();
  const review = begun();
  review.change("s1", { mark: "ok" });
  const { reviews } = JSON.parse(reviewJson(two, review, "Ana", true));
  assert.equal(reviews[0].blind, true);
  const shown = blindOrder(two, 0).map((system) => two.systems[system]);
  assert.deepEqual(reviews[0].segments[0].shown, shown);
  assert.ok(!reviewJson(two, review, "Ana").includes("shown"));
  assert.match(reviewTsv(two, review, "Ana", true), /"blind":true,"shown":\[/);
});

/** A span of a metric, as a reviewer decides about it. */
const proposal = (more = {}) => ({
  origin: "metric:x",
  system: "A",
  side: "hypothesis",
  start: 3,
  end: 7,
  text: "Gato",
  category: null,
  severity: "critical",
  confidence: 0.5,
  ...more,
});

test("a review that begins with spans keeps who said what", () => {
  const storage = shelf();
  const review = begun(storage);
  const [taken, other, wrong] = [
    proposal(),
    proposal({ start: 0, end: 2, text: "El" }),
    proposal({ origin: "judge:y" }),
  ];
  assert.equal(review.decided("s2", taken), null);
  review.addError("s2", labelOf(taken));
  review.addError("s2", { ...labelOf(other), category: "Style/Awkward", severity: "minor" });
  review.drop("s2", wrong);
  review.drop("s2", wrong);
  const again = begun(storage);
  assert.deepEqual(again.decided("s2", taken), { ...error({ category: "Other", severity: "major" }), proposed: taken });
  assert.equal(again.decided("s2", other).severity, "minor");
  assert.equal(again.decided("s2", wrong), "dropped");
  for (const content of [reviewJson(store(), again, "Ana"), reviewTsv(store(), again, "Ana")]) {
    const said = readReviews(content).get("Ana").get("s2");
    assert.deepEqual(said, again.of("s2"));
    const fresh = begun();
    assert.equal(adopt(store(), fresh, new Map([["s2", said]])).errors, 0);
    assert.deepEqual(fresh.of("s2"), again.of("s2"));
  }
  again.undecide("s2", taken);
  again.undecide("s2", wrong);
  assert.equal(again.decided("s2", taken), null);
  assert.deepEqual(again.of("s2").dropped, []);
  assert.equal(again.of("s2").errors.length, 1);
});

test("a span without a severity can't be accepted as it is", () => {
  assert.equal(labelOf(proposal({ severity: null })), null);
  assert.equal(labelOf(proposal({ severity: "neutral", category: "Source error" })).category, "Source error");
});

test("files name a segment by its place, its id and how its source begins", () => {
  const held = store();
  const review = begun();
  review.change(held.ids[0], { mark: "ok" });
  const { segments } = JSON.parse(reviewJson(held, review, "Ana")).reviews[0];
  const start = held.sources[0].split(/\s+/).join(" ");
  assert.match(segments[0].segment, /^(line|row|key|segment) /);
  assert.ok(segments[0].segment.endsWith(`“${start}”`) || segments[0].segment.endsWith("…”"));
  const metadata = JSON.parse(reviewTsv(held, review, "Ana").split("\n")[1].split("\t")[9]);
  assert.equal(metadata.segment, segments[0].segment);
});
