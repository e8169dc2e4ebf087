import { byId, h } from "./dom.js";
import { ANY, SEVERITIES } from "./findings.js";
import { activeFilters } from "./state.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {(change: Partial<State>) => void} Change */
/** @typedef {readonly (readonly [string, string])[]} Options */

const TYPING = 150;

/** What the two directions of a way to sort are called. */
const ORDERS = new Map([
  ["corpus", ["as is", "reversed"]],
  ["regression", ["worst drop first", "biggest gain first"]],
  ["findings", ["worst first", "mildest first"]],
  ["length", ["short to long", "long to short"]],
]);

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
    const several = this.systems.length > 1;
    /** @type {[string, string][]} */
    const kinds = [["corpus", "corpus order"], ["score", "score"]];
    if (several) kinds.push(["systems", "difference of two systems"], ["regression", "regression"]);
    if (this.metrics.length > 1) kinds.push(["metrics", "disagreement of two metrics"]);
    if (this.store.findings.count) kinds.push(["findings", "severity of findings"]);
    kinds.push(["length", "source length"]);
    const [scored, pairs, metrics] = [["score", "systems", "regression", "metrics"], ["systems", "regression"], ["metrics"]];
    return h(
      "div",
      { class: "group" },
      this.#select("sort", "Sort by", kinds),
      this.#when(["regression"], "of"),
      this.#when(scored, this.#select("sortSystem", "System", this.systems, true)),
      this.#when(["systems"], "−"),
      this.#when(["regression"], "against"),
      this.#when(pairs, this.#select("otherSystem", "Other system", this.systems, true)),
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
      const [rising, falling] = ORDERS.get(state.sort) ?? ["low to high", "high to low"];
      button.textContent = descending ? `↓ ${falling}` : `↑ ${rising}`;
      button.setAttribute("aria-label", `Order: ${button.textContent.slice(2)}`);
    });
    return button;
  }

  #compareGroup() {
    const several = this.systems.length > 1;
    /** @type {(readonly [string, string])[]} */
    const bases = [
      ["", "nothing"],
      ...this.store.references.map((_, index) => /** @type {const} */ ([`r:${index}`, this.store.references.length > 1 ? `reference ${index + 1}` : "reference"])),
      ...this.store.systems.map((name) => /** @type {const} */ ([`s:${name}`, name])),
    ];
    if (this.store.summary.changes) bases.splice(1, 0, ["o:", "the other run"]);
    return h("div", { class: "group" }, this.#select("diff", "Compare with", bases), this.#check("invisible", "Show invisible characters"), several ? this.#select("layout", "Translations", [["", "stacked"], ["columns", "side by side"]]) : null);
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
      store.findings.checks.length ? this.#findings() : null,
      h("fieldset", {}, h("legend", {}, "Source length"), this.#input("shortest", "from", "number"), this.#input("longest", "to", "number"), "characters"),
      h("fieldset", {}, h("legend", {}, "Translations"), this.#check("missing", "Only where one is missing")),
      this.systems.length > 1 ? this.#shownSystems() : null,
    );
  }

  #findings() {
    /** @type {Options} */
    const checks = [["", "—"], [ANY, "any finding"], ...this.store.findings.checks.map((name) => /** @type {const} */ ([name, name]))];
    /** @type {Options} */
    const severities = [["", "any severity"], ...SEVERITIES.map((name) => /** @type {const} */ ([name, name === "critical" ? name : `${name} or worse`]))];
    /** @type {Options} */
    const systems = [["", "any system"], [ANY, "the test set itself"], ...this.systems];
    return h("fieldset", {}, h("legend", {}, "Findings"), this.#select("finding", "Check", checks, true), this.#select("severity", "Severity", severities, true), "in", this.#select("findingSystem", "System", systems, true));
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
