import { byId, choice, h, plural, thousands } from "./dom.js";
import { download } from "./export.js";
import { browserStorage } from "./keeper.js";
import { Labeller } from "./labeller.js";
import { MARKS } from "./review.js";
import { adopt, readReviews, reviewJson, reviewTsv } from "./reviewfile.js";
import { pickedText } from "./selection.js";
import { toast } from "./segments.js";

/** @typedef {import("./segments.js").SegmentsView} SegmentsView */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./review.js").Mark} Mark */

const NAME = "mtqe.reviewer";

/** What the filter of the review offers. */
const FILTERS = /** @type {const} */ ([
  ["", "all segments"], ["unmarked", "not marked yet"], ["marked", "marked"], ["ok", "marked OK"], ["unsure", "marked unsure"],
  ["problem", "marked a problem"], ["errors", "with errors"], ["notes", "with a note"],
]);

/** Where a reviewer works: the bar above the list, the dialogs, and what keys and buttons do. */
export class Desk {
  /**
   * @param {SegmentsView} view
   * @param {(change: Partial<State>) => void} change
   */
  constructor(view, change) {
    this.view = view;
    this.review = view.review;
    this.change = change;
    this.labeller = new Labeller(view.store);
    this.button = byId("review-toggle");
    this.floating = byId("label-selection");
    this.name = /** @type {HTMLInputElement} */ (h("input", { type: "text", name: "reviewer", autocomplete: "off", maxlength: 60, placeholder: "your name" }));
    this.file = /** @type {HTMLInputElement} */ (h("input", { type: "file", accept: ".json,.tsv", "aria-label": "Review file to import", class: "unseen", tabindex: -1 }));
    this.show = choice("Show", FILTERS, "", (reviewed) => this.change({ reviewed }));
    this.filter = /** @type {HTMLSelectElement} */ (this.show.querySelector("select"));
    this.meter = h("progress", { "aria-label": "Segments marked" });
    this.progress = h("span", { id: "progress" });
    this.alarm = h("p", { class: "alarm", role: "alert", hidden: true });
    view.acts = {
      mark: (row, mark) => this.#mark(row, mark),
      label: (row, error) => this.#label(row, error),
      note: (row) => this.#note(row),
    };
    this.#fillBar();
    this.review.listeners.push((id) => this.#changed(id));
    this.button.addEventListener("click", () => this.toggle());
    this.floating.addEventListener("click", () => this.label());
    document.addEventListener("selectionchange", () => this.#offerLabel());
    byId("scroller").addEventListener("scroll", () => this.#offerLabel(), { passive: true });
    window.addEventListener("beforeunload", (event) => this.review.keeper.unsaved && event.preventDefault());
  }

  /** @param {State} state */
  sync(state) {
    this.button.setAttribute("aria-pressed", String(state.review));
    byId("review").hidden = !state.review;
    this.filter.value = state.reviewed;
    this.#showProgress();
  }

  /** Begin or end reviewing. */
  toggle() {
    this.change({ review: !this.view.state.review });
  }

  /** Mark the current segment, or take its mark back. @param {Mark | ""} mark */
  mark(mark) {
    const { row } = this;
    if (row !== null) this.#mark(row, mark);
  }

  /** Label an error of what is selected, or of the current segment. */
  label() {
    const picked = pickedText(getSelection());
    const row = picked?.row ?? this.row;
    if (row !== null) this.#label(row);
  }

  /** Write a note on the current segment. */
  note() {
    const { row } = this;
    if (row !== null) this.#note(row);
  }

  /** Go to the next segment of the list that has no mark. */
  nextUnmarked() {
    const { rows, store, current } = this.view;
    const order = [...rows.keys()].map((step) => (Math.max(current, -1) + 1 + step) % rows.length);
    const next = order.find((index) => !this.review.of(store.ids[rows[index]]).mark);
    if (next === undefined) toast("Every segment of the list is marked");
    else this.view.goTo(next);
  }

  /** The current segment's row, or null. */
  get row() {
    return this.view.rows[this.view.current] ?? null;
  }

  /** @param {number} row @param {Mark | ""} mark */
  #mark(row, mark) {
    const id = this.view.store.ids[row];
    this.review.change(id, { mark: this.review.of(id).mark === mark ? "" : mark });
    toast(this.review.of(id).mark ? `Marked ${MARKS[/** @type {Mark} */ (mark)]}` : "Not marked");
  }

  /** @param {number} row @param {import("./review.js").ErrorLabel} [error] to change */
  #label(row, error) {
    const { store, state } = this.view;
    const id = store.ids[row];
    const picked = pickedText(getSelection());
    const part = picked?.row === row ? picked : null;
    const shown = store.systems.filter((name, index) => !state.hidden.includes(name) && store.hypotheses[index][row] !== null);
    const system = error?.system ?? (part?.system || (this.labeller.row === row && this.labeller.system) || shown[0]);
    if (!system) return toast("There is no translation to label an error in");
    this.labeller.open(row, system, { part: part && { ...part, system }, error }, (result) => {
      if (error) this.review.removeError(id, error);
      if (result) this.review.addError(id, result);
      getSelection()?.removeAllRanges();
    });
  }

  /** @param {number} row */
  #note(row) {
    const id = this.view.store.ids[row];
    const dialog = /** @type {HTMLDialogElement} */ (byId("noter"));
    const text = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: 6, dir: "auto", name: "note" }));
    text.value = this.review.of(id).note;
    const save = h("button", { type: "submit", class: "primary" }, "Save");
    const form = /** @type {HTMLFormElement} */ (h("form", { method: "dialog" }, h("h2", { id: "noter-title" }, "Note on ", h("span", { class: "segment-id" }, id)), h("label", {}, h("span", { class: "unseen" }, "Note"), text), h("div", { class: "dialog-buttons" }, save, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"))));
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("submit", () => this.review.change(id, { note: text.value.trim() }));
    dialog.replaceChildren(form);
    dialog.showModal();
    text.focus();
  }

  /** @param {string} id */
  #changed(id) {
    this.view.renew(id);
    this.#showProgress();
  }

  #fillBar() {
    const storage = browserStorage();
    this.name.value = storage?.getItem(NAME) ?? "";
    this.name.addEventListener("change", () => keepName(storage, this.name.value));
    this.file.addEventListener("change", () => this.#import());
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick, /** @type {string | null} */ name = null) => h("button", { type: "button", class: "quiet", onclick, "aria-label": name }, label);
    byId("review").append(
      h("div", { class: "bar" }, h("label", { class: "field" }, h("span", {}, "Reviewer"), this.name), this.show, h("span", { class: "group" }, this.meter, this.progress), h("span", { class: "spring" }),
        h("span", { class: "group" }, button("Import", () => this.file.click(), "Import a review"), this.file, button("Export JSON", () => this.#export("json")), button("Export TSV", () => this.#export("tsv")))),
      this.alarm,
    );
  }

  #showProgress() {
    const { store } = this.view;
    const { marked, errors, notes, penalty } = this.review.progress();
    this.meter.setAttribute("max", String(Math.max(store.count, 1)));
    this.meter.setAttribute("value", String(marked));
    const points = errors ? ` (MQM ${Number(penalty.toFixed(1))})` : "";
    this.progress.textContent = `${thousands(marked)} of ${plural(store.count, "segment")} marked · ${plural(errors, "error")}${points} · ${plural(notes, "note")}`;
    const { trouble } = this.review.keeper;
    if (this.alarm.hidden === !trouble) return;
    this.alarm.hidden = !trouble;
    this.alarm.textContent = trouble ? `The review will be lost when this page closes, because ${trouble}. Export it before that, and import it again to go on.` : "";
  }

  /** @param {"json" | "tsv"} kind */
  #export(kind) {
    const { store } = this.view;
    const reviewer = this.name.value.trim() || "reviewer";
    const text = kind === "json" ? reviewJson(store, this.review, reviewer) : reviewTsv(store, this.review, reviewer);
    const name = `${store.summary.manifest.id}.${reviewer}.review.${kind}`.replace(/[^\p{L}\p{N}._-]+/gu, "-");
    download(name, kind === "json" ? "application/json" : "text/tab-separated-values", text);
    this.review.keeper.exported = true;
    toast("Review exported");
  }

  async #import() {
    const file = this.file.files?.[0];
    if (!file) return;
    try {
      const reviews = readReviews(await file.text());
      const wanted = reviews.get(this.name.value.trim()) ?? (reviews.size === 1 ? [...reviews.values()][0] : null);
      if (!wanted) throw new Error(`it holds the reviews of ${[...reviews.keys()].join(", ") || "nobody"}; write one of these names as the reviewer`);
      const { taken, segments, errors } = adopt(this.view.store, this.review, wanted);
      const left = segments + errors ? `; left out, because this report lacks them: ${plural(segments, "segment")}, ${plural(errors, "error")}` : "";
      toast(`Imported ${plural(taken, "segment")}${left}`);
    } catch (error) {
      toast(`${file.name} can't be imported: ${error instanceof Error ? error.message : error}`);
    }
    this.file.value = "";
  }

  /** Put a button beside a selection that could be labelled. */
  #offerLabel() {
    const picked = this.view.state.review ? pickedText(getSelection()) : null;
    this.floating.hidden = !picked;
    if (!picked) return;
    const { top, bottom, left } = picked.box;
    this.floating.style.insetInlineStart = `${Math.max(8, Math.min(left, innerWidth - 140))}px`;
    this.floating.style.top = `${bottom + 44 < innerHeight ? bottom + 6 : top - 40}px`;
  }
}

/** @param {Storage | null} storage @param {string} name */
function keepName(storage, name) {
  try {
    storage?.setItem(NAME, name);
  } catch {
    // The name is in the page and in what is exported, whether the browser keeps it or not.
  }
}
