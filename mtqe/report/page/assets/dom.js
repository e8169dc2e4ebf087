/**
 * Make an element. Strings among the children become text, never markup.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] attributes; `on…` functions listen; false, null
 *   and undefined leave an attribute out
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/**
 * Make an SVG element; see `h`.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | undefined)} children
 * @returns {SVGElement}
 */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, unknown>} properties
 * @param {(Node | string | null | undefined)[]} children
 * @returns {E}
 */
function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

/**
 * The element of this id, which the page's template is known to have.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * A labelled choice.
 *
 * @param {string} label
 * @param {readonly (readonly [string, string])[]} options values and what is shown
 * @param {string} value the one that is chosen
 * @param {(value: string) => void} onchange
 * @param {boolean} [hidden] whether the label is for assistive technology only
 * @returns {HTMLElement}
 */
export function choice(label, options, value, onchange, hidden = false) {
  const items = options.map(([key, text]) => h("option", { value: key, selected: key === value }, text));
  const select = /** @type {HTMLSelectElement} */ (h("select", {}, ...items));
  select.addEventListener("change", () => onchange(select.value));
  return h("label", { class: "field" }, h("span", { class: hidden ? "unseen" : "" }, label), select);
}

/** @param {number} value NaN where there is none @param {number} decimals */
export function formatScore(value, decimals) {
  return Number.isNaN(value) ? "–" : value.toFixed(decimals);
}

/** So many systems have a colour of their own in the style; beyond, dashes and shapes tell more apart. */
const COLOURS = 24;

/** The class of a system's colour. @param {number} system */
export function colour(system) {
  return `s${system % COLOURS}`;
}
