import { arrangement, isBlind, shownName } from "./card.js";
import { byId, formatScore, h } from "./dom.js";
import { toNumber } from "./state.js";
import { errorList, markBadge } from "./reviewtools.js";
import { segmentName } from "./segmentname.js";
import { say } from "./words.js";

/** @typedef {import("./segments.js").SegmentsView} SegmentsView */

/** So many segments of a list are printed unless the reader says otherwise. */
const PRINTED = 300;

/** What is printed: the overview as it is, or of the list what the reader chooses. */
export class PrintDialog {
  /** @param {SegmentsView} view */
  constructor(view) {
    this.view = view;
    this.scores = true;
    this.references = true;
    this.most = PRINTED;
    /** @type {Set<number> | null} systems to print; null for those that the list shows */
    this.systems = null;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("printer"));
    byId("print").addEventListener("click", () => this.#ask());
    window.addEventListener("beforeprint", () => this.#fill());
    window.addEventListener("afterprint", () => byId("print-list").replaceChildren());
  }

  #ask() {
    const { store, state } = this.view;
    const names = store.systems.map(
      (name, system) => /** @type {const} */ ([name, !state.hidden.includes(name), system]),
    );
    const systems = names.map(([name, shown, system]) => tickBox(name, shown, String(system)));
    const [scores, references] = [
      tickBox(say("print.scores"), this.scores, "scores"),
      tickBox(say("print.references"), this.references, "references"),
    ];
    const most = /** @type {HTMLInputElement} */ (
      h("input", { type: "number", min: 1, value: this.most, name: "most" })
    );
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "printer-title" }, say("print.title")),
      isBlind(state) ? null : h("fieldset", {}, h("legend", {}, say("systems")), ...systems),
      h("fieldset", {}, h("legend", {}, say("print.with")), isBlind(state) ? null : scores, references),
      h("label", { class: "field" }, h("span", {}, say("print.first")), most),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "submit", class: "primary" }, say("print")),
        h("button", { type: "button", onclick: () => this.dialog.close() }, say("cancel")),
      ),
    );
    const on = (/** @type {HTMLElement} */ label) =>
      /** @type {HTMLInputElement} */ (label.querySelector("input")).checked;
    form.addEventListener("submit", () => {
      this.scores = on(scores);
      this.references = on(references);
      this.most = toNumber(most.value) ?? PRINTED;
      this.systems = isBlind(state) ? null : new Set(systems.flatMap((label, system) => (on(label) ? [system] : [])));
      setTimeout(() => window.print());
    });
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
  }

  /** The list's title, its filters, and its first segments in a compact form. */
  #fill() {
    const { view } = this;
    if (view.state.view !== "segments") return;
    const { store, rows } = view;
    const { name, source_language: source, target_language: target } = store.summary.manifest.corpus;
    const filters = [...view.controls.chips.querySelectorAll(".chip")].map(
      (chip) => chip.firstChild?.textContent ?? "",
    );
    const shown = Array.from(rows.slice(0, this.most));
    byId("print-list").replaceChildren(
      h("h1", {}, source === "und" && target === "und" ? name : `${name} · ${named(source)} → ${named(target)}`),
      h("p", {}, [say("print.count", { shown: shown.length, count: rows.length }), ...filters].join(" · ")),
      ...shown.map((row) => this.#segment(row)),
    );
  }

  /** @param {number} row */
  #segment(row) {
    const { store, state } = this.view;
    const { first, others } = arrangement(store, state, row);
    const systems = [...first, ...others].filter(
      (system) => isBlind(state) || !this.systems || this.systems.has(system),
    );
    const line = (
      /** @type {string} */ who,
      /** @type {string | null} */ text,
      /** @type {string} */ language,
      scores = "",
    ) =>
      h(
        "p",
        {},
        h("b", {}, who),
        h("span", { lang: language, dir: "auto" }, text ?? "–"),
        scores ? h("small", {}, scores) : null,
      );
    const scores = (/** @type {number} */ system) =>
      this.scores && !isBlind(state)
        ? store.metrics
            .map(
              ({ label, decimals }, metric) => `${label} ${formatScore(store.scores[system][metric][row], decimals)}`,
            )
            .join(" · ")
        : "";
    const references = this.references
      ? store.references.map((column) => column[row]).filter((text) => text !== null)
      : [];
    const context = this.view.contextOf({ ...state, review: false, blind: isBlind(state) });
    const { note } = this.view.review.of(store.ids[row]);
    const translation = (/** @type {number} */ system) => {
      const name = shownName(store, state, row, system);
      const errors = errorList(context, row, store.systems[system], name);
      return [line(name, store.hypotheses[system][row], store.targetLanguage, scores(system)), errors];
    };
    return h(
      "section",
      {},
      h("h2", {}, segmentName(store, row), markBadge(context, row)),
      line(say("source"), store.sources[row], store.sourceLanguage),
      ...references.map((text) => line(say("reference"), text, store.targetLanguage)),
      ...systems.flatMap(translation),
      note ? h("p", { class: "note", dir: "auto" }, note) : null,
    );
  }
}

/** @param {string} language A tag; that of an unknown language is not shown. */
function named(language) {
  return language === "und" ? "?" : language;
}

/** @param {string} label @param {boolean} checked @param {string} name */
function tickBox(label, checked, name) {
  return h("label", { class: "check" }, h("input", { type: "checkbox", checked, name }), label);
}
