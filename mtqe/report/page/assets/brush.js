import { h } from "./dom.js";

/** A rectangle in shares of the plot, from 0 to 1, upwards and to the right. @typedef {{ left: number, right: number, bottom: number, top: number }} Rectangle */

/** What a key does to a rectangle: how far it goes right and up. */
const DIRECTIONS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowDown", [0, -1]],
  ["ArrowUp", [0, 1]],
]);
const STEP = 0.04;
const FIRST = { left: 0.3, right: 0.7, bottom: 0.3, top: 0.7 };
/** A pointer that moved less, in pixels, has clicked. */
const CLICK = 4;

/**
 * Where a rectangle is after an arrow key, which moves it, or with Shift its right and upper edges.
 *
 * @param {Rectangle} from
 * @param {string} key
 * @param {boolean} resize
 * @returns {Rectangle}
 */
export function stepped({ left, right, bottom, top }, key, resize) {
  const [x, y] = (DIRECTIONS.get(key) ?? [0, 0]).map((direction) => direction * STEP);
  if (resize) return { left, bottom, right: clamp(right + x, left + STEP, 1), top: clamp(top + y, bottom + STEP, 1) };
  const across = clamp(x, -left, 1 - right);
  const up = clamp(y, -bottom, 1 - top);
  return { left: left + across, right: right + across, bottom: bottom + up, top: top + up };
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}

/** @typedef {{ moved: (rectangle: Rectangle) => void, done: (rectangle: Rectangle | null) => void, clicked: (across: number, up: number) => void, chosen: () => void }} Brushing */

/** A rectangle that the reader draws over a plot, with a pointer or with keys. */
export class Brush {
  /**
   * @param {HTMLElement} field the plot, which takes the focus
   * @param {Brushing} on what follows: a move, its end (null: taken away), a click, Enter
   */
  constructor(field, on) {
    this.field = field;
    this.on = on;
    /** @type {Rectangle | null} */
    this.rectangle = null;
    this.frame = h("div", { class: "brush", hidden: true });
    field.append(this.frame);
    field.addEventListener("pointerdown", (event) => this.#drag(event));
    field.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show a rectangle, or none. @param {Rectangle | null} rectangle */
  show(rectangle) {
    this.rectangle = rectangle;
    this.frame.hidden = rectangle === null;
    if (!rectangle) return;
    const { left, right, bottom, top } = rectangle;
    const { style } = this.frame;
    [style.left, style.right, style.top, style.bottom] = [left, 1 - right, 1 - top, bottom].map(
      (share) => `${100 * clamp(share, 0, 1)}%`,
    );
  }

  /** @param {PointerEvent} event */
  #place(event) {
    const { left, bottom, width, height } = this.field.getBoundingClientRect();
    return [clamp((event.clientX - left) / width, 0, 1), clamp((bottom - event.clientY) / height, 0, 1)];
  }

  /** @param {PointerEvent} down */
  #drag(down) {
    if (down.button !== 0) return;
    const [x, y] = this.#place(down);
    let clicked = true;
    const drag = (/** @type {PointerEvent} */ event) => {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < CLICK && clicked) return;
      clicked = false;
      const [toX, toY] = this.#place(event);
      this.show({ left: Math.min(x, toX), right: Math.max(x, toX), bottom: Math.min(y, toY), top: Math.max(y, toY) });
      if (this.rectangle) this.on.moved(this.rectangle);
    };
    const stop = () => {
      this.field.removeEventListener("pointermove", drag);
      if (clicked) this.on.clicked(x, y);
      else this.on.done(this.rectangle);
    };
    this.field.setPointerCapture(down.pointerId);
    this.field.addEventListener("pointermove", drag);
    this.field.addEventListener("lostpointercapture", stop, { once: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") this.on.chosen();
    else if (event.key === "Escape") this.on.done(null);
    else if (DIRECTIONS.has(event.key))
      this.on.done(this.rectangle ? stepped(this.rectangle, event.key, event.shiftKey) : FIRST);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
