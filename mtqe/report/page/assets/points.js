/** Up to so many points are drawn as dots that let others shine through; more, as a density. */
const MAX_DOTS = 4000;

/** Edge of the density's squares in pixels of the page. */
const CELL = 2;

/**
 * Draw points into a canvas in its text colour, as large as it is on the page.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} across from 0 (left) to 1
 * @param {Float32Array} up from 0 (bottom) to 1
 */
export function drawPoints(canvas, across, up) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = getComputedStyle(canvas).color;
  if (across.length <= MAX_DOTS) drawDots(context, across, up, 2.6 * scale);
  else drawDensity(context, across, up, Math.max(1, Math.round(CELL * scale)));
}

/** @param {CanvasRenderingContext2D} context @param {Float32Array} across @param {Float32Array} up @param {number} radius */
function drawDots(context, across, up, radius) {
  const { width, height } = context.canvas;
  context.globalAlpha = across.length > 500 ? 0.45 : 0.7;
  for (let index = 0; index < across.length; index += 1) {
    context.beginPath();
    context.arc(across[index] * width, (1 - up[index]) * height, radius, 0, 7);
    context.fill();
  }
}

/**
 * Squares that are the darker the more points they hold, on a logarithmic scale; a lone point is
 * still plain to see. They are pixels of a small picture, which is then drawn larger.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} across
 * @param {Float32Array} up
 * @param {number} cell
 */
function drawDensity(context, across, up, cell) {
  const { width, height } = context.canvas;
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const counts = countCells(across, up, columns, rows);
  const highest = Math.log1p(counts.reduce((most, count) => Math.max(most, count), 1));
  const [red, green, blue] = (getComputedStyle(context.canvas).color.match(/[\d.]+/g) ?? []).map(Number);
  const picture = new ImageData(columns, rows);
  for (let at = 0; at < counts.length; at += 1) {
    if (counts[at]) picture.data.set([red, green, blue, 64 + (191 * Math.log1p(counts[at])) / highest], 4 * at);
  }
  const small = new OffscreenCanvas(columns, rows);
  small.getContext("2d")?.putImageData(picture, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, columns * cell, rows * cell);
}

/**
 * How many points lie in each cell of a grid, row by row from the top.
 *
 * @param {Float32Array} across
 * @param {Float32Array} up
 * @param {number} columns
 * @param {number} rows
 */
export function countCells(across, up, columns, rows) {
  const counts = new Uint32Array(columns * rows);
  for (let index = 0; index < across.length; index += 1) {
    const column = Math.min(columns - 1, Math.max(0, Math.floor(across[index] * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor((1 - up[index]) * rows)));
    counts[row * columns + column] += 1;
  }
  return counts;
}
