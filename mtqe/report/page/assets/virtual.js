/** Browsers don't lay out boxes much taller than this; longer lists move inside a window of it. */
const MAX_PIXELS = 8_000_000;

/** Pixels beyond the visible part that are kept ready. */
const MARGIN = 300;

/** Heights of rows with fast sums (a Fenwick tree). Rows not measured yet count as `estimate`. */
export class Heights {
  /** @param {number} size @param {number} estimate */
  constructor(size, estimate) {
    this.size = size;
    this.heights = new Float64Array(size).fill(estimate);
    this.tree = new Float64Array(size + 1);
    for (let index = 1; index <= size; index += 1) this.tree[index] = estimate * (index & -index);
    this.total = size * estimate;
  }

  /** @param {number} row @param {number} height */
  set(row, height) {
    const change = height - this.heights[row];
    if (change === 0) return;
    this.heights[row] = height;
    this.total += change;
    for (let index = row + 1; index <= this.size; index += index & -index) this.tree[index] += change;
  }

  /** Where a row begins. @param {number} row */
  offset(row) {
    let sum = 0;
    for (let index = row; index > 0; index -= index & -index) sum += this.tree[index];
    return sum;
  }

  /** The row at a position; the first or last one beyond the ends. @param {number} position */
  at(position) {
    let row = 0;
    let rest = position;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(this.size, 1))); step >= 1; step /= 2) {
      if (row + step <= this.size && this.tree[row + step] <= rest) rest -= this.tree[(row += step)];
    }
    return Math.max(0, Math.min(row, this.size - 1));
  }
}

/** A list that keeps only the visible rows in the page, of whatever heights they turn out to have. */
export class VirtualList {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} canvas inside it, as tall as all rows together
   * @param {(index: number) => HTMLElement} render makes the row at a place in the list
   */
  constructor(scroller, canvas, render) {
    this.scroller = scroller;
    this.canvas = canvas;
    this.render = render;
    this.size = 0;
    this.estimate = 180;
    this.origin = 0;
    this.lastTop = 0;
    this.pinned = -1;
    /** @type {Map<number, HTMLElement>} */
    this.mounted = new Map();
    this.heights = new Heights(0, this.estimate);
    this.scheduled = false;
    this.width = scroller.clientWidth;
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  /** Show a new list. @param {number} size @param {number} [index] the row to begin with */
  reset(size, index = 0) {
    this.size = size;
    this.pinned = -1;
    this.heights = new Heights(size, this.estimate);
    this.#clear();
    this.scrollTo(index);
  }

  /** The list has grown at its end; what is visible stays. @param {number} size */
  grow(size) {
    const heights = new Heights(size, this.estimate);
    this.heights.heights.forEach((height, row) => heights.set(row, height));
    this.size = size;
    this.heights = heights;
    this.update();
  }

  /** Make all rows anew and keep the place. */
  refresh() {
    const top = this.heights.at(this.top);
    const inside = this.top - this.heights.offset(top);
    this.#clear();
    this.update();
    if (this.size) this.#jump(this.heights.offset(top) + inside);
    this.update();
  }

  /** Make one row anew. @param {number} index @returns {HTMLElement | undefined} */
  renew(index) {
    const old = this.mounted.get(index);
    if (!old) return undefined;
    const element = this.render(index);
    element.style.transform = old.style.transform;
    old.replaceWith(element);
    this.mounted.set(index, element);
    this.update();
    return element;
  }

  /** How tall the visible part of the list is, under whatever stays at the scroller's top. */
  get view() {
    return this.scroller.clientHeight - this.canvas.offsetTop;
  }

  /** Which part of the list is at the top, in pixels of the whole list. */
  get top() {
    return this.scroller.scrollTop + this.origin;
  }

  /** The row at the top. */
  get first() {
    return this.heights.at(this.top + 1);
  }

  /** The first row that begins in sight; the row at the top where none does. */
  get firstInSight() {
    const { first } = this;
    const next = first + 1;
    const cutOff = this.heights.offset(first) < this.top - 1;
    return cutOff && next < this.size && this.heights.offset(next) < this.top + this.view ? next : first;
  }

  /** Scroll so that a row begins at the top. @param {number} index */
  scrollTo(index) {
    this.#jump(this.heights.offset(index));
    this.update();
    this.#jump(this.heights.offset(index));
    this.update();
  }

  /** Scroll as little as shows a row. @param {number} index @returns {HTMLElement | undefined} */
  reveal(index) {
    const start = this.heights.offset(index);
    const { view } = this;
    const known = this.mounted.has(index);
    if (!known || start < this.top || this.heights.heights[index] > view) this.scrollTo(index);
    else if (start + this.heights.heights[index] > this.top + view) {
      this.#jump(start + this.heights.heights[index] - view);
      this.update();
    }
    return this.mounted.get(index);
  }

  /** Put the rows in view into the page and take the others out. */
  update() {
    this.#recentre();
    const anchor = this.first;
    const inside = this.top - this.heights.offset(anchor);
    const from = this.heights.at(this.top - MARGIN);
    const until = this.top + this.view + MARGIN;
    const wanted = new Set();
    for (let row = from, y = this.heights.offset(from); row < this.size && y < until; row += 1) {
      wanted.add(row);
      this.#mount(row);
      y += this.heights.heights[row];
    }
    if (this.pinned >= 0 && this.pinned < this.size) wanted.add(this.pinned);
    for (const [row, element] of this.mounted) if (!wanted.has(row)) this.#unmount(row, element);
    this.#measure();
    this.canvas.style.height = `${Math.min(this.heights.total, MAX_PIXELS)}px`;
    const drift = this.heights.offset(anchor) + inside - this.top;
    if (Math.abs(drift) >= 1 && this.size) this.#jump(this.top + drift);
    this.#place();
  }

  /** @param {number} row */
  #mount(row) {
    if (this.mounted.has(row)) return;
    const element = this.render(row);
    this.mounted.set(row, element);
    const next = [...this.mounted.keys()].filter((other) => other > row).sort((a, b) => a - b)[0];
    this.canvas.insertBefore(element, next === undefined ? null : (this.mounted.get(next) ?? null));
  }

  /** @param {number} row @param {HTMLElement} element */
  #unmount(row, element) {
    element.remove();
    this.mounted.delete(row);
  }

  #measure() {
    const sizes = [...this.mounted].map(([row, element]) => /** @type {const} */ ([row, element.offsetHeight]));
    for (const [row, height] of sizes) if (height) this.heights.set(row, height);
  }

  #place() {
    for (const [row, element] of this.mounted) {
      element.style.transform = `translateY(${Math.round(this.heights.offset(row) - this.origin)}px)`;
    }
  }

  /** @param {number} top in pixels of the whole list */
  #jump(top) {
    const hidden = Math.max(this.heights.total - this.view, 0);
    const wanted = Math.max(0, Math.min(top, hidden));
    const long = this.heights.total > MAX_PIXELS;
    this.canvas.style.height = `${Math.min(this.heights.total, MAX_PIXELS)}px`;
    const room = MAX_PIXELS - this.view;
    const scrollTop = long ? Math.round((wanted / hidden) * room) : Math.round(wanted);
    this.scroller.scrollTop = scrollTop;
    this.origin = long ? Math.round(wanted) - this.scroller.scrollTop : 0;
    this.lastTop = this.scroller.scrollTop;
  }

  /** In a list beyond `MAX_PIXELS`, follow the scroll bar's jumps and stay clear of its ends. */
  #recentre() {
    const { view } = this;
    const { scrollTop } = this.scroller;
    const moved = Math.abs(scrollTop - this.lastTop);
    this.lastTop = scrollTop;
    if (this.heights.total <= MAX_PIXELS) return;
    const room = MAX_PIXELS - view;
    const edge = Math.min(scrollTop, room - scrollTop) < 2 * view;
    if (moved > 4 * view) this.#jump((scrollTop / room) * (this.heights.total - view));
    else if (edge) this.#jump(this.top);
  }

  #schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.update();
    });
  }

  #resized() {
    if (this.scroller.clientWidth === this.width) {
      this.update();
      return;
    }
    this.width = this.scroller.clientWidth;
    const anchor = this.first;
    this.heights = new Heights(this.size, this.estimate);
    this.#measure();
    if (this.size) this.scrollTo(anchor);
  }

  #clear() {
    for (const [row, element] of this.mounted) this.#unmount(row, element);
  }
}
