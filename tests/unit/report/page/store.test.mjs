import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { unpack } from "../../../../mtqe/report/page/assets/store.js";
import { store } from "./fixture.mjs";

test("a packed value comes back whole, whatever its characters", async () => {
  const value = { text: "</script> \u0000 \u202e 汉字 😀", none: null };
  const packed = gzipSync(JSON.stringify(value)).toString("base64");
  assert.deepEqual(await unpack(packed), value);
});

test("blocks follow one another and a missing score is NaN", () => {
  const filled = store();
  assert.deepEqual(filled.ids, ["s1", "s2", "s3", "s4"]);
  assert.deepEqual([...filled.scores[0][0]], [90, 50, 50, NaN]);
  assert.equal(filled.failures[1].get(2), "timed out");
});
