import { choice, h } from "./dom.js";
import { ANY, SEVERITIES } from "./findings.js";
import { NO_CATEGORY, SPAN_SEVERITIES } from "./spans.js";
import { withSlice } from "./state.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./controls.js").Options} Options */

/** The filters of the list, and which systems it shows. */
export class FilterGrid {
  /** @param {Store} store @param {import("./controls.js").Inputs} inputs */
  constructor(store, inputs) {
    this.store = store;
    this.inputs = inputs;
    this.change = inputs.change;
    this.systems = store.systems.map((name) => /** @type {const} */ ([name, name]));
    this.metrics = store.metrics.map(({ name, label }) => /** @type {const} */ ([name, label]));
    const several = this.systems.length > 1;
    const slices = (store.summary.slices ?? []).map(({ column, slices: found }) =>
      this.#slice(
        column,
        found.map(({ value }) => value),
      ),
    );
    this.element = h(
      "div",
      { class: "filter-grid unblind" },
      this.#scores(),
      several ? this.#wins() : null,
      slices.length ? group(say("filter.slice"), ...slices) : null,
      store.findings.checks.length ? this.#findings() : null,
      store.spans.any ? this.#spans() : null,
      this.#lengths(),
      group(say("filter.translations"), inputs.check("missing", say("filter.missing"))),
      several ? this.#shownSystems() : null,
    );
  }

  #scores() {
    const { inputs } = this;
    return group(
      say("filter.score"),
      inputs.select("rangeMetric", say("metric"), this.metrics, true),
      say("sort.of"),
      inputs.select("rangeSystem", say("system"), [["", say("filter.any-system")], ...this.systems], true),
      inputs.input("low", say("filter.from"), "number"),
      inputs.input("high", say("filter.to"), "number"),
    );
  }

  #lengths() {
    const bounds = [
      this.inputs.input("shortest", say("filter.from"), "number"),
      this.inputs.input("longest", say("filter.to"), "number"),
    ];
    return group(say("filter.length"), ...bounds, say("filter.characters"));
  }

  /** Conditions that one system beats another; each that is complete makes room for the next. */
  #wins() {
    const rows = h("div", { class: "wins" });
    this.inputs.syncs.push((state) => {
      if (rows.contains(document.activeElement) && rows.childElementCount === state.wins.length + 1) return;
      rows.replaceChildren(...[...state.wins, null].map((win, place) => this.#winRow(state.wins, win, place)));
    });
    const field = group(say("filter.wins"), rows);
    field.classList.add("wide");
    return field;
  }

  /** @param {State["wins"]} wins @param {State["wins"][number] | null} win null for one to be added @param {number} place */
  #winRow(wins, win, place) {
    const made = { winner: "", loser: "", metric: this.metrics[0]?.[0] ?? "", ...win };
    const changed = () => {
      if (made.winner && made.loser) this.change({ wins: wins.toSpliced(place, 1, { ...made }) });
      else if (win) this.change({ wins: wins.toSpliced(place, 1) });
    };
    /** @type {Options} */
    const systems = [["", "—"], ...this.systems];
    const number = wins.length ? ` ${place + 1}` : "";
    const pick = (/** @type {"winner" | "loser" | "metric"} */ key, /** @type {Options} */ options) =>
      choice(
        say(`filter.${key}`) + number,
        options,
        made[key],
        (value) => {
          made[key] = value;
          changed();
        },
        true,
      );
    const parts = [
      pick("winner", systems),
      say("filter.beats"),
      pick("loser", systems),
      say("sort.by"),
      pick("metric", this.metrics),
    ];
    return h("div", { class: "group" }, ...parts);
  }

  #findings() {
    /** @type {Options} */
    const checks = [
      ["", "—"],
      [ANY, say("filter.any-finding")],
      ...this.store.findings.checks.map((name) => /** @type {const} */ ([name, name])),
    ];
    /** @type {Options} */
    const severities = [
      ["", say("filter.any-severity")],
      ...SEVERITIES.map(
        (name, index) =>
          /** @type {const} */ ([
            name,
            index ? say("severity.or-worse", { severity: say(`severity.${name}`) }) : say(`severity.${name}`),
          ]),
      ),
    ];
    /** @type {Options} */
    const systems = [["", say("filter.any-system")], [ANY, say("filter.test-set")], ...this.systems];
    /** @type {Options} */
    const changes = [
      ["", say("filter.any-change")],
      ["new", say("filter.new-findings")],
      ["fixed", say("filter.fixed-findings")],
    ];
    return group(
      say("findings"),
      this.inputs.select("finding", say("check"), checks, true),
      this.inputs.select("severity", say("severity"), severities, true),
      say("filter.in"),
      this.inputs.select("findingSystem", say("system"), systems, true),
      this.store.summary.changes ? this.inputs.select("findingChange", say("filter.change"), changes, true) : null,
    );
  }

  /** Who marked what, and whether another origin marks it too. */
  #spans() {
    const { spans } = this.store;
    const origins = spans.origins.map(({ name, label }) => /** @type {const} */ ([name, label]));
    /** @type {Options} */
    const categories = [
      ["", say("spans.any-category")],
      ...spans.categories.map((name) => /** @type {const} */ ([name, name])),
      [NO_CATEGORY, say("spans.no-category")],
    ];
    /** @type {Options} */
    const severities = [
      ["", say("filter.any-severity")],
      ...SPAN_SEVERITIES.map((name) => /** @type {const} */ ([name, say(`severity.${name}`)])),
    ];
    /** @type {Options} */
    const agreements = [
      ["", say("spans.whether")],
      ["both", say("spans.shared")],
      ["alone", say("spans.alone")],
    ];
    const field = group(
      say("spans"),
      this.inputs.select("spanOrigin", say("spans.origin"), [["", say("spans.any-origin")], ...origins], true),
      this.inputs.select("spanCategory", say("spans.category"), categories, true),
      this.inputs.select("spanSeverity", say("severity"), severities, true),
      say("filter.in"),
      this.inputs.select("spanSystem", say("system"), [["", say("filter.any-system")], ...this.systems], true),
      ...(origins.length > 1
        ? [
            this.inputs.select("spanAgreement", say("spans.agreement"), agreements, true),
            this.inputs.select("spanOther", say("spans.other"), [["", say("spans.another")], ...origins], true),
          ]
        : []),
    );
    field.classList.add("wide");
    return field;
  }

  /** Which systems the list shows: each, only one, all or none. */
  #shownSystems() {
    const all = this.store.systems;
    const boxes = all.map((name) => {
      const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: true }));
      /** @type {string[]} */
      let hidden = [];
      box.addEventListener("change", () =>
        this.change({ hidden: box.checked ? hidden.filter((other) => other !== name) : [...hidden, name] }),
      );
      this.inputs.syncs.push((state) => {
        hidden = state.hidden;
        box.checked = !hidden.includes(name);
      });
      const only = () => this.change({ hidden: all.filter((other) => other !== name) });
      const button = h(
        "button",
        { type: "button", class: "quiet", onclick: only, "aria-label": say("systems.only-one", { name }) },
        say("systems.only"),
      );
      return h("span", { class: "group" }, h("label", { class: "check" }, box, name), button);
    });
    const set = (/** @type {string} */ label, /** @type {string[]} */ hidden) =>
      h("button", { type: "button", class: "quiet", onclick: () => this.change({ hidden }) }, label);
    const field = group(say("systems.show"), set(say("systems.all"), []), set(say("systems.none"), all), ...boxes);
    field.classList.add("wide");
    return field;
  }

  /** @param {string} column @param {string[]} values */
  #slice(column, values) {
    /** @type {State["slices"]} */
    let slices = [];
    const options = [["", say("filter.all")], ...values.map((value) => [value, value])];
    const field = choice(column, /** @type {[string, string][]} */ (options), "", (value) =>
      this.change({ slices: withSlice(slices, column, value) }),
    );
    const select = /** @type {HTMLSelectElement} */ (field.querySelector("select"));
    this.inputs.syncs.push((state) => {
      slices = state.slices;
      select.value = slices.find(([name]) => name === column)?.[1] ?? "";
    });
    return field;
  }
}

/** @param {string} title @param {...(Node | string | null)} children */
function group(title, ...children) {
  return h("fieldset", {}, h("legend", {}, title), ...children);
}
