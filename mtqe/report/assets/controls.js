import { byId, h } from "./dom.js";
import { activeFilters } from "./state.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {(change: Partial<State>) => void} Change */
/** @typedef {readonly (readonly [string, string])[]} Options */

const TYPING = 150;

/** The search, sort and filter controls; `sync` makes them show a state. */
export class Controls {
  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   * @param {Change} change
   */
  constructor(parent, store, change) {
    this.store = store;
    this.change = change;
    /** @type {((state: State) => void)[]} */
    this.syncs = [];
    this.systems = store.systems.map((name) => /** @type {const} */ ([name, name]));
    this.metrics = store.metrics.map(({ name, label }) => /** @type {const} */ ([name, label]));
    this.search = this.#input("text", "Search", "search");
    this.chips = byId("chips");
    const filters = this.#filterGrid();
    filters.hidden = true;
    parent.append(h("div", { class: "bar" }, this.#searchGroup(), this.#sortGroup(), this.#compareGroup()), filters);
    const button = byId("filters");
    button.addEventListener("click", () => {
      filters.hidden = !filters.hidden;
      parent.classList.toggle("open", !filters.hidden);
      button.setAttribute("aria-expanded", String(!filters.hidden));
    });
  }

  /** @param {State} state */
  sync(state) {
    for (const sync of this.syncs) sync(state);
    const label = (/** @type {string} */ name) => this.store.metrics[this.store.metricIndex(name)]?.label ?? name;
    const filters = activeFilters(state, label);
    this.chips.replaceChildren(
      ...filters.map(({ label: text, off }) =>
        h("button", { type: "button", class: "chip", onclick: () => this.change(off), "aria-label": `Remove filter: ${text}` }, text, h("span", { "aria-hidden": "true" }, " ×")),
      ),
    );
    this.chips.hidden = filters.length === 0;
  }

  #searchGroup() {
    const { store } = this;
    /** @type {Options} */
    const columns = [
      ["all", "everywhere"], ["source", "in the source"], ["reference", "in references"],
      ["hypothesis", "in translations"], ...store.systems.map((name) => /** @type {const} */ ([`system:${name}`, `in ${name}`])),
      ["id", "in ids"], ["document", "in documents"],
      ...store.metadataNames.map((name) => /** @type {const} */ ([`meta:${name}`, `in ${name}`])),
    ];
    return h(
      "div",
      { class: "group search", role: "search" },
      this.search,
      this.#select("column", "Where to search", columns, true),
      this.#check("regex", "Regex"),
      this.#check("exactCase", "Case"),
    );
  }

  #sortGroup() {
    /** @type {[string, string][]} */
    const kinds = [["corpus", "corpus order"], ["score", "score"], ["length", "source length"]];
    if (this.systems.length > 1) kinds.splice(2, 0, ["systems", "difference of two systems"]);
    if (this.metrics.length > 1) kinds.splice(-1, 0, ["metrics", "disagreement of two metrics"]);
    const [scored, systems, metrics] = [["score", "systems", "metrics"], ["systems"], ["metrics"]];
    return h(
      "div",
      { class: "group" },
      this.#select("sort", "Sort by", kinds),
      this.#when(scored, this.#select("sortSystem", "System", this.systems, true)),
      this.#when(systems, "−"),
      this.#when(systems, this.#select("otherSystem", "Minus system", this.systems, true)),
      this.#when(scored, "by"),
      this.#when(scored, this.#select("sortMetric", "Metric", this.metrics, true)),
      this.#when(metrics, "−"),
      this.#when(metrics, this.#select("otherMetric", "Minus metric", this.metrics, true)),
      this.#order(),
    );
  }

  #order() {
    const button = h("button", { type: "button", class: "order" });
    let descending = false;
    button.addEventListener("click", () => this.change({ descending: !descending }));
    this.syncs.push((state) => {
      descending = state.descending;
      const plain = state.sort === "corpus";
      button.textContent = descending ? (plain ? "↓ reversed" : "↓ high to low") : plain ? "↑ as is" : "↑ low to high";
      button.setAttribute("aria-label", `Order: ${button.textContent.slice(2)}`);
    });
    return button;
  }

  #compareGroup() {
    /** @type {Options} */
    const bases = [
      ["", "nothing"],
      ...this.store.references.map((_, index) => /** @type {const} */ ([`r:${index}`, this.store.references.length > 1 ? `reference ${index + 1}` : "reference"])),
      ...this.store.systems.map((name) => /** @type {const} */ ([`s:${name}`, name])),
    ];
    return h("div", { class: "group" }, this.#select("diff", "Compare with", bases), this.#check("invisible", "Show invisible characters"));
  }

  #filterGrid() {
    const { store } = this;
    /** @type {Options} */
    const none = [["", "—"]];
    const slices = (store.summary.slices ?? []).map((table) => this.#slice(table.column, table.slices.map(({ value }) => value)));
    const win = h("fieldset", {}, h("legend", {}, "Only where"), this.#select("winner", "Winner", [...none, ...this.systems], true), "beats", this.#select("loser", "Loser", [...none, ...this.systems], true), "by", this.#select("winMetric", "Metric", this.metrics, true));
    return h(
      "div",
      { class: "filter-grid" },
      h("fieldset", {}, h("legend", {}, "Score"), this.#select("rangeMetric", "Metric", this.metrics, true), "of", this.#select("rangeSystem", "System", [["", "any system"], ...this.systems], true), this.#input("low", "from", "number"), this.#input("high", "to", "number")),
      this.systems.length > 1 ? win : null,
      slices.length ? h("fieldset", {}, h("legend", {}, "Slice"), ...slices) : null,
      h("fieldset", {}, h("legend", {}, "Translations"), this.#check("missing", "Only where one is missing")),
      this.systems.length > 1 ? this.#shownSystems() : null,
    );
  }

  #shownSystems() {
    const boxes = this.store.systems.map((name) => {
      const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: true }));
      /** @type {string[]} */
      let hidden = [];
      box.addEventListener("change", () => this.change({ hidden: box.checked ? hidden.filter((other) => other !== name) : [...hidden, name] }));
      this.syncs.push((state) => {
        hidden = state.hidden;
        box.checked = !hidden.includes(name);
      });
      return h("label", { class: "check" }, box, name);
    });
    return h("fieldset", { class: "wide" }, h("legend", {}, "Show systems"), ...boxes);
  }

  /** @param {string} column @param {string[]} values */
  #slice(column, values) {
    const select = /** @type {HTMLSelectElement} */ (h("select", {}, h("option", { value: "" }, "all"), ...values.map((value) => h("option", { value }, value))));
    /** @type {Record<string, string>} */
    let slices = {};
    select.addEventListener("change", () => this.change({ slices: { ...slices, [column]: select.value } }));
    this.syncs.push((state) => {
      slices = state.slices;
      select.value = slices[column] ?? "";
    });
    return h("label", { class: "field" }, h("span", {}, column), select);
  }

  /** Show something only for some ways to sort. @param {string[]} kinds @param {Node | string} child */
  #when(kinds, child) {
    const holder = h("span", { class: "when" }, child);
    this.syncs.push((state) => {
      holder.hidden = !kinds.includes(state.sort);
    });
    return holder;
  }

  /** @param {keyof State} key @param {string} label @param {Options} options @param {boolean} [quiet] */
  #select(key, label, options, quiet = false) {
    const select = /** @type {HTMLSelectElement} */ (h("select", { name: key }, ...options.map(([value, text]) => h("option", { value }, text))));
    select.addEventListener("change", () => this.change({ [key]: select.value }));
    this.syncs.push((state) => {
      select.value = String(state[key]);
    });
    return h("label", { class: "field" }, h("span", { class: quiet ? "unseen" : "" }, label), select);
  }

  /** @param {keyof State} key @param {string} label */
  #check(key, label) {
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name: key }));
    box.addEventListener("change", () => this.change({ [key]: box.checked }));
    this.syncs.push((state) => {
      box.checked = Boolean(state[key]);
    });
    return h("label", { class: "check" }, box, label);
  }

  /** @param {keyof State} key @param {string} label @param {"search" | "number"} type */
  #input(key, label, type) {
    const properties = { type, name: key, step: type === "number" ? "any" : null, placeholder: type === "search" ? "Search text, ids…  ( / )" : null, autocomplete: "off", spellcheck: "false" };
    const input = /** @type {HTMLInputElement} */ (h("input", properties));
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.change({ [key]: input.value }), TYPING);
    });
    this.syncs.push((state) => {
      if (document.activeElement !== input) input.value = String(state[key]);
    });
    return h("label", { class: `field ${type}` }, h("span", { class: type === "search" ? "unseen" : "" }, label), input);
  }
}
