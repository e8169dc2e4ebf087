import { byId, choice, h } from "./dom.js";
import { CATEGORIES, MQM_SEVERITIES } from "./mqm.js";
import { utf16Offsets } from "./text.js";

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
    this.boxes = { source: this.#box("source", this.store.sources[row]), hypothesis: this.#box("hypothesis", this.#hypothesis()) };
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "labeller-title" }, error ? "Change an error" : "Label an error"),
      this.#systemChoice(),
      this.#field("Source", this.boxes.source, this.store.sourceLanguage),
      ...this.store.references.slice(0, 1).map((column) => column[row] && h("p", { class: "reading" }, h("span", { class: "who" }, "Reference"), h("span", { class: "text", lang: this.store.targetLanguage, dir: "auto" }, column[row]))),
      this.#field("Translation", this.boxes.hypothesis, this.store.targetLanguage),
      h("p", { class: "picked" }, "Error: ", (this.said = h("bdi", { role: "status" }))),
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

  /** @param {"source" | "hypothesis"} side */
  #text(side) {
    return side === "source" ? this.store.sources[this.row ?? 0] : this.#hypothesis();
  }

  /** @param {"source" | "hypothesis"} side @param {string} text */
  #box(side, text) {
    const box = /** @type {HTMLTextAreaElement} */ (h("textarea", { name: side, rows: Math.min(8, Math.ceil(text.length / 60) + 1), dir: "auto", spellcheck: "false", autocomplete: "off", inputmode: "none", "aria-readonly": "true", "aria-describedby": "labeller-how" }));
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
    const how = h("p", { class: "hint", id: "labeller-how" }, "Select the error in the translation, or in the source for what is left out: with the mouse, or with Shift and the arrow keys. With nothing selected, the whole translation is meant.");
    const names = store.systems.filter((_, index) => store.hypotheses[index][row] !== null);
    if (names.length < 2) return how;
    const pick = choice("Translation by", names.map((name) => /** @type {const} */ ([name, name])), this.system ?? "", (/** @type {string} */ name) => {
      this.system = name;
      if (this.boxes) this.boxes.hypothesis.value = shownAs(this.#hypothesis());
      this.#pick({ side: "hypothesis", system: name, start: 0, end: 0 });
    });
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
    return h("label", { class: "field" }, h("span", {}, "Category"), select);
  }

  #severityChoice() {
    const choices = Object.entries(MQM_SEVERITIES).map(([severity, meaning]) => {
      const known = /** @type {ErrorLabel["severity"]} */ (severity);
      const radio = h("input", { type: "radio", name: "severity", value: severity, checked: severity === this.severity, onchange: () => (this.severity = known) });
      return h("label", { class: "check" }, radio, h("span", {}, h("b", { class: severity }, severity), ` ${meaning}`));
    });
    return h("fieldset", {}, h("legend", {}, "Severity"), ...choices);
  }

  /** @param {ErrorLabel | undefined} error @param {(error: ErrorLabel | null) => void} done */
  #buttons(error, done) {
    const remove = () => {
      this.dialog.close();
      done(null);
    };
    const save = h("button", { type: "submit", class: "primary" }, "Save");
    const cancel = h("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    return h("div", { class: "dialog-buttons" }, save, cancel, error ? h("button", { type: "button", class: "danger", onclick: remove }, "Delete this error") : null);
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
    const said = whole ? "the whole translation" : `“${box.value.slice(this.part.start, this.part.end)}”${side === "source" ? " in the source" : ""}`;
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
    return { side, system, start: from, end: until, text: Array.from(text).slice(from, until).join(""), category: this.category, severity: this.severity };
  }
}

/** A text as a text area keeps it: as long as it is, which its own way with line ends would not be. @param {string} text */
function shownAs(text) {
  return text.replaceAll("\r", " ");
}
