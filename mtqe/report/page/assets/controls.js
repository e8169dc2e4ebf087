import { byId, choice, h } from "./dom.js";
import { FilterGrid } from "./filters.js";
import { spanLegend } from "./spanmarks.js";
import { activeFilters, toNumber } from "./state.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {(change: Partial<State>) => void} Change */
/** @typedef {readonly (readonly [string, string])[]} Options */

const TYPING = 150;

/** Ways to sort that take a system's scores, and of these the ones that take two systems. */
export const SCORED = ["score", "systems", "regression", "metrics"];
export const PAIRED = ["systems", "regression"];

/** With more systems than this, a list sorted by one shows it first and folds the others. */
export const FOLDED = 4;

/** Inputs that show a state and ask for another; `sync` makes them show it. */
export class Inputs {
  /** @param {Change} change */
  constructor(change) {
    this.change = change;
    /** @type {((state: State) => void)[]} */
    this.syncs = [];
  }

  /** @param {State} state */
  sync(state) {
    for (const sync of this.syncs) sync(state);
  }

  /** @param {keyof State} key @param {string} label @param {Options} options @param {boolean} [quiet] */
  select(key, label, options, quiet = false) {
    const field = choice(label, options, "", (value) => this.change({ [key]: value }), quiet);
    const select = /** @type {HTMLSelectElement} */ (field.querySelector("select"));
    select.name = key;
    this.syncs.push((state) => {
      select.value = String(state[key]);
    });
    return field;
  }

  /** @param {keyof State} key @param {string} label */
  check(key, label) {
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name: key }));
    box.addEventListener("change", () => this.change({ [key]: box.checked }));
    this.syncs.push((state) => {
      box.checked = Boolean(state[key]);
    });
    return h("label", { class: "check" }, box, label);
  }

  /** @param {keyof State} key @param {string} label @param {"search" | "number"} type */
  input(key, label, type) {
    const properties = {
      type,
      name: key,
      step: type === "number" ? "any" : null,
      placeholder: type === "search" ? say("search.placeholder") : null,
      autocomplete: "off",
      spellcheck: "false",
    };
    const input = /** @type {HTMLInputElement} */ (h("input", properties));
    const value = () => (type === "number" ? toNumber(input.value) : input.value);
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.change({ [key]: value() }), TYPING);
    });
    this.syncs.push((state) => {
      if (document.activeElement !== input) input.value = String(state[key] ?? "");
    });
    return h(
      "label",
      { class: `field ${type}` },
      h("span", { class: type === "search" ? "unseen" : "" }, label),
      input,
    );
  }
}

/** The search, sort and filter controls. */
export class Controls {
  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   * @param {Change} change
   */
  constructor(parent, store, change) {
    this.store = store;
    this.change = change;
    this.inputs = new Inputs(change);
    this.systems = store.systems.map((name) => /** @type {const} */ ([name, name]));
    this.metrics = store.metrics.map(({ name, label }) => /** @type {const} */ ([name, label]));
    this.search = this.inputs.input("text", say("search"), "search");
    this.chips = byId("chips");
    const filters = new FilterGrid(store, this.inputs).element;
    filters.hidden = true;
    const bar = h("div", { class: "bar" }, this.#searchGroup(), this.#sortGroup(), this.#compareGroup());
    if (store.spans.any) bar.append(spanLegend(store.spans, this.inputs));
    parent.append(bar, filters);
    const button = byId("filters");
    button.addEventListener("click", () => {
      filters.hidden = !filters.hidden;
      parent.classList.toggle("open", !filters.hidden);
      button.setAttribute("aria-expanded", String(!filters.hidden));
    });
  }

  /** @param {State} state */
  sync(state) {
    this.inputs.sync(state);
    const label = (/** @type {string} */ name) => this.store.metrics[this.store.metricIndex(name)]?.label ?? name;
    const { spans } = this.store;
    const origin = (/** @type {string} */ name) => spans.origins[spans.originIndex(name)]?.label ?? name;
    const filters = activeFilters(state, label, origin);
    this.chips.replaceChildren(
      ...filters.map(({ label: text, off }) =>
        h(
          "button",
          {
            type: "button",
            class: "chip",
            onclick: () => this.change(off),
            "aria-label": say("filter.remove", { filter: text }),
          },
          text,
          h("span", { "aria-hidden": "true" }, " ×"),
        ),
      ),
    );
    this.chips.hidden = filters.length === 0;
  }

  #searchGroup() {
    const { store } = this;
    const inside = (/** @type {string} */ name) => say("search.in", { name });
    /** @type {Options} */
    const columns = [
      ["all", say("search.everywhere")],
      ["source", say("search.in-source")],
      ["reference", say("search.in-references")],
      ["hypothesis", say("search.in-translations")],
      ...store.systems.map((name) => /** @type {const} */ ([`system:${name}`, inside(name)])),
      ["id", say("search.in-ids")],
      ["document", say("search.in-documents")],
      ...store.metadataNames.map((name) => /** @type {const} */ ([`meta:${name}`, inside(name)])),
    ];
    return h(
      "div",
      { class: "group search", role: "search" },
      this.search,
      this.inputs.select("column", say("search.where"), columns, true),
      this.inputs.check("regex", say("search.regex")),
      this.inputs.check("exactCase", say("search.case")),
    );
  }

  #sortGroup() {
    const several = this.systems.length > 1;
    /** @type {[string, string][]} */
    const kinds = [
      ["corpus", say("sort.corpus")],
      ["score", say("sort.score")],
    ];
    if (several) kinds.push(["systems", say("sort.systems")], ["regression", say("sort.regression")]);
    if (this.metrics.length > 1) kinds.push(["metrics", say("sort.metrics")]);
    if (this.store.findings.count) kinds.push(["findings", say("sort.findings")]);
    kinds.push(["length", say("sort.length")]);
    return h(
      "div",
      { class: "group unblind" },
      this.inputs.select("sort", say("sort"), kinds),
      this.#when(["regression"], say("sort.of")),
      this.#when(SCORED, this.inputs.select("sortSystem", say("system"), this.systems, true)),
      this.#when(["systems"], "−"),
      this.#when(["regression"], say("sort.against")),
      this.#when(PAIRED, this.inputs.select("otherSystem", say("sort.other-system"), this.systems, true)),
      this.#when(SCORED, say("sort.by")),
      this.#when(SCORED, this.inputs.select("sortMetric", say("metric"), this.metrics, true)),
      this.#when(["metrics"], "−"),
      this.#when(["metrics"], this.inputs.select("otherMetric", say("sort.minus-metric"), this.metrics, true)),
      this.#order(),
      this.systems.length > FOLDED ? this.#when(SCORED, this.inputs.check("unfolded", say("list.unfold"))) : null,
    );
  }

  #order() {
    const orders = new Map(
      ["corpus", "regression", "findings", "length"].map((kind) => [
        kind,
        [say(`order.${kind}`), say(`order.${kind}-reversed`)],
      ]),
    );
    const button = h("button", { type: "button", class: "order" });
    let descending = false;
    button.addEventListener("click", () => this.change({ descending: !descending }));
    this.inputs.syncs.push((state) => {
      descending = state.descending;
      const [rising, falling] = orders.get(state.sort) ?? [say("order.rising"), say("order.falling")];
      button.textContent = descending ? `↓ ${falling}` : `↑ ${rising}`;
      button.setAttribute("aria-label", say("order", { order: button.textContent.slice(2) }));
    });
    return button;
  }

  #compareGroup() {
    const { references } = this.store;
    /** @type {(readonly [string, string])[]} */
    const bases = [
      ["", say("diff.nothing")],
      ...references.map((_, index) => /** @type {const} */ ([`r:${index}`, referenceName(references.length, index)])),
      ...this.systems.map(([name]) => /** @type {const} */ ([`s:${name}`, name])),
    ];
    if (this.store.summary.changes) bases.splice(1, 0, ["o:", say("diff.other-run")]);
    /** @type {Options} */
    const layouts = [
      ["", say("layout.stacked")],
      ["columns", say("layout.columns")],
    ];
    return h(
      "div",
      { class: "group" },
      h("span", { class: "unblind" }, this.inputs.select("diff", say("diff"), bases)),
      this.inputs.check("invisible", say("invisible")),
      this.systems.length > 1 ? this.inputs.select("layout", say("layout"), layouts) : null,
    );
  }

  /** Show something only for some ways to sort. @param {string[]} kinds @param {HTMLElement | string} child */
  #when(kinds, child) {
    const holder = h("span", { class: "when" }, child);
    this.inputs.syncs.push((state) => {
      holder.hidden = !kinds.includes(state.sort);
    });
    return holder;
  }
}

/** @param {number} count how many references there are @param {number} index */
export function referenceName(count, index) {
  return count > 1 ? say("reference.number", { number: index + 1 }) : say("reference");
}
