import { NO_BOX } from "./state.js";

/** @typedef {import("./query.js").Box} Box */
/** The part of a scatter plot on one side of each median. @typedef {{ xHigh: boolean, yHigh: boolean, count: number, box: Box }} Quadrant */

/**
 * How two columns of scores go together.
 *
 * @typedef {object} Correlation
 * @property {Uint32Array} rows those with both scores
 * @property {number} pearson NaN where it is undefined
 * @property {number} medianX NaN without rows
 * @property {number} medianY
 * @property {Quadrant[]} quadrants from top left to bottom right
 */

/**
 * @param {Float64Array} x NaN where unscored
 * @param {Float64Array} y
 * @param {Uint32Array} all rows to look at
 * @returns {Correlation}
 */
export function correlate(x, y, all) {
  const rows = all.filter((row) => !Number.isNaN(x[row]) && !Number.isNaN(y[row]));
  const splitX = splitAtMedian(x, rows);
  const splitY = splitAtMedian(y, rows);
  const quadrants = [
    [false, true],
    [true, true],
    [false, false],
    [true, false],
  ].map(([xHigh, yHigh]) => ({
    xHigh,
    yHigh,
    count: 0,
    box: {
      ...NO_BOX,
      ...(xHigh ? { xLow: splitX.low } : { xHigh: splitX.below }),
      ...(yHigh ? { yLow: splitY.low } : { yHigh: splitY.below }),
    },
  }));
  for (const row of rows) quadrants[(y[row] >= splitY.median ? 0 : 2) + (x[row] >= splitX.median ? 1 : 0)].count += 1;
  return { rows, pearson: pearson(x, y, rows), medianX: splitX.median, medianY: splitY.median, quadrants };
}

/**
 * The (upper) median, and as bounds of a box the median and the greatest score below it.
 *
 * @param {Float64Array} scores
 * @param {Uint32Array} rows
 */
function splitAtMedian(scores, rows) {
  const sorted = Float64Array.from(rows, (row) => scores[row]).sort();
  const median = sorted.length ? sorted[sorted.length >> 1] : NaN;
  let at = sorted.length >> 1;
  while (at > 0 && sorted[at - 1] === median) at -= 1;
  return { median, low: median, below: at ? sorted[at - 1] : -Infinity };
}

/**
 * Pearson's correlation.
 *
 * @param {Float64Array} x
 * @param {Float64Array} y
 * @param {Uint32Array} rows
 */
function pearson(x, y, rows) {
  const meanX = average(x, rows);
  const meanY = average(y, rows);
  let [xx, yy, xy] = [0, 0, 0];
  for (const row of rows) {
    const a = x[row] - meanX;
    const b = y[row] - meanY;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}

/** @param {Float64Array} scores @param {Uint32Array} rows */
function average(scores, rows) {
  let sum = 0;
  for (const row of rows) sum += scores[row];
  return sum / rows.length;
}

/**
 * A range that holds all scores with a little room around them.
 *
 * @param {Float64Array} scores
 * @param {Uint32Array} rows
 * @returns {[number, number]}
 */
export function rangeOf(scores, rows) {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    if (scores[row] < low) low = scores[row];
    if (scores[row] > high) high = scores[row];
  }
  if (low > high) return [0, 1];
  const room = (high - low) * 0.03 || 0.5;
  return [low - room, high + room];
}

/**
 * Round numbers within a range, about five of them.
 *
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
export function roundNumbers(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
