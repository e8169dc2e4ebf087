import { blindName, blindOrder } from "./blind.js";
import { byId, choice, h } from "./dom.js";
import { CATEGORIES, MQM_SEVERITIES } from "./mqm.js";
import { utf16Offsets } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./review.js").ErrorLabel} ErrorLabel */
/** @typedef {{ side: "source" | "hypothesis", system: string, start: number, end: number }} Part in UTF-16 units */

/** The dialog in which an error gets its place, its category and its severity. */
export class Labeller {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("labeller"));
    this.category = CATEGORIES[2];
    /** @type {ErrorLabel["severity"]} */
    this.severity = "major";
    /** Whether the reviewer must not know the systems. */
    this.blind = false;
  }

  /**
   * Ask for an error of a segment.
   *
   * @param {number} row
   * @param {string} system
   * @param {{ part?: Part | null, error?: ErrorLabel }} begin with what was selected, or an error to change
   * @param {(error: ErrorLabel | null) => void} done null to delete the error
   */
  open(row, system, { part = null, error }, done) {
    this.row = row;
    this.system = system;
    if (error) [this.category, this.severity] = [error.category, error.severity];
    this.boxes = {
      source: this.#box("source", this.store.sources[row]),
      hypothesis: this.#box("hypothesis", this.#hypothesis()),
    };
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "labeller-title" }, say(error ? "review.change" : "review.label")),
      this.#systemChoice(),
      this.#field(say("source"), this.boxes.source, this.store.sourceLanguage),
      ...this.store.references
        .slice(0, 1)
        .map(
          (column) =>
            column[row] &&
            h(
              "p",
              { class: "reading" },
              h("span", { class: "who" }, say("reference")),
              h("span", { class: "text", lang: this.store.targetLanguage, dir: "auto" }, column[row]),
            ),
        ),
      this.#field(say("translation"), this.boxes.hypothesis, this.store.targetLanguage),
      h("p", { class: "picked" }, `${say("review.error")}: `, (this.said = h("bdi", { role: "status" }))),
      h("div", { class: "label-choices" }, this.#categoryChoice(), this.#severityChoice()),
      this.#buttons(error, done),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
      done(this.#label());
    });
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
    this.#pick(error ? this.#partOf(error) : (part ?? { side: "hypothesis", system, start: 0, end: 0 }));
  }

  #hypothesis() {
    return this.store.hypotheses[this.store.systems.indexOf(this.system ?? "")]?.[this.row ?? 0] ?? "";
  }

  /** What the page calls a system's translation. @param {string} name */
  #shownName(name) {
    return this.blind ? blindName(this.store, this.row ?? 0, this.store.systems.indexOf(name)) : name;
  }

  /** @param {"source" | "hypothesis"} side */
  #text(side) {
    return side === "source" ? this.store.sources[this.row ?? 0] : this.#hypothesis();
  }

  /** @param {"source" | "hypothesis"} side @param {string} text */
  #box(side, text) {
    const box = /** @type {HTMLTextAreaElement} */ (
      h("textarea", {
        name: side,
        rows: Math.min(8, Math.ceil(text.length / 60) + 1),
        dir: "auto",
        spellcheck: "false",
        autocomplete: "off",
        inputmode: "none",
        "aria-readonly": "true",
        "aria-describedby": "labeller-how",
      })
    );
    box.value = shownAs(text);
    box.addEventListener("beforeinput", (event) => event.preventDefault());
    box.addEventListener("input", () => (box.value = shownAs(this.#text(side)))); // what an input method composes can't be refused before
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      box.form?.requestSubmit();
    });
    for (const kind of ["select", "keyup", "pointerup"]) box.addEventListener(kind, () => this.#picked(side));
    return box;
  }

  /** @param {string} label @param {HTMLTextAreaElement} box @param {string} language */
  #field(label, box, language) {
    box.lang = language;
    return h("label", { class: "reading" }, h("span", { class: "who" }, label), box);
  }

  #systemChoice() {
    const { store } = this;
    const row = this.row ?? 0;
    const how = h("p", { class: "hint", id: "labeller-how" }, say("review.how"));
    const order = this.blind ? blindOrder(store, row) : store.systems.map((_, index) => index);
    const names = order.filter((index) => store.hypotheses[index][row] !== null).map((index) => store.systems[index]);
    if (names.length < 2) return how;
    const pick = choice(
      say("review.translation-by"),
      names.map((name) => /** @type {const} */ ([name, this.#shownName(name)])),
      this.system ?? "",
      (/** @type {string} */ name) => {
        this.system = name;
        if (this.boxes) this.boxes.hypothesis.value = shownAs(this.#hypothesis());
        this.#pick({ side: "hypothesis", system: name, start: 0, end: 0 });
      },
    );
    return h("div", {}, how, pick);
  }

  #categoryChoice() {
    const options = [...new Set(CATEGORIES.map((name) => name.split("/")[0]))].map((group) => {
      const names = CATEGORIES.filter((name) => name.startsWith(`${group}/`));
      if (!names.length) return h("option", { value: group }, group.replace("!", ""));
      return h("optgroup", { label: group }, ...names.map((name) => h("option", { value: name }, name.split("/")[1])));
    });
    const select = /** @type {HTMLSelectElement} */ (h("select", { name: "category" }, ...options));
    select.value = this.category;
    select.addEventListener("change", () => (this.category = select.value));
    return h("label", { class: "field" }, h("span", {}, say("review.category")), select);
  }

  #severityChoice() {
    const choices = MQM_SEVERITIES.map((severity) => {
      const radio = h("input", {
        type: "radio",
        name: "severity",
        value: severity,
        checked: severity === this.severity,
        onchange: () => (this.severity = severity),
      });
      return h(
        "label",
        { class: "check" },
        radio,
        h("span", {}, h("b", { class: severity }, say(`severity.${severity}`)), ` ${say(`mqm.${severity}`)}`),
      );
    });
    return h("fieldset", {}, h("legend", {}, say("severity")), ...choices);
  }

  /** @param {ErrorLabel | undefined} error @param {(error: ErrorLabel | null) => void} done */
  #buttons(error, done) {
    const remove = () => {
      this.dialog.close();
      done(null);
    };
    const save = h("button", { type: "submit", class: "primary" }, say("save"));
    const cancel = h("button", { type: "button", onclick: () => this.dialog.close() }, say("cancel"));
    return h(
      "div",
      { class: "dialog-buttons" },
      save,
      cancel,
      error ? h("button", { type: "button", class: "danger", onclick: remove }, say("review.delete")) : null,
    );
  }

  /** Show a part as selected and put the focus there. @param {Part} part */
  #pick(part) {
    const box = this.boxes?.[part.side];
    box?.focus();
    box?.setSelectionRange(part.start, part.end);
    this.#picked(part.side);
  }

  /** @param {"source" | "hypothesis"} side where the reader selects */
  #picked(side) {
    const box = this.boxes?.[side];
    if (!box || !this.said) return;
    const whole = box.selectionStart === box.selectionEnd;
    /** @type {Part} */
    this.part = whole
      ? { side: "hypothesis", system: this.system ?? "", start: 0, end: this.#hypothesis().length }
      : { side, system: this.system ?? "", start: box.selectionStart, end: box.selectionEnd };
    const said = whole
      ? say("review.whole")
      : `“${box.value.slice(this.part.start, this.part.end)}”${side === "source" ? ` ${say("search.in-source")}` : ""}`;
    if (this.said.textContent !== said) this.said.textContent = said;
  }

  /** @param {ErrorLabel} error @returns {Part} */
  #partOf({ side, system, start, end }) {
    const [from, until] = utf16Offsets(this.#text(side), [start, end]);
    return { side, system, start: from, end: until };
  }

  /** @returns {ErrorLabel} */
  #label() {
    const { side, system, start, end } = /** @type {Part} */ (this.part);
    const text = this.#text(side);
    const points = (/** @type {number} */ units) => Array.from(text.slice(0, units)).length;
    const [from, until] = [points(start), points(end)];
    return {
      side,
      system,
      start: from,
      end: until,
      text: Array.from(text).slice(from, until).join(""),
      category: this.category,
      severity: this.severity,
    };
  }
}

/** A text as a text area keeps it: as long as it is, which its own way with line ends would not be. @param {string} text */
function shownAs(text) {
  return text.replaceAll("\r", " ");
}
