import { blindOrder } from "./blind.js";
import { byId, choice, h } from "./dom.js";
import { download } from "./export.js";
import { browserStorage } from "./reviewstorage.js";
import { Labeller } from "./labeller.js";
import { adopt, anyReviewed, readReviews, reviewJson, reviewTsv } from "./reviewfile.js";
import { pickedText } from "./selection.js";
import { labelOf, proposalFor } from "./reviewtools.js";
import { NO_BOX, NO_SPANS } from "./state.js";
import { toast } from "./toast.js";
import { say } from "./words.js";

/** @typedef {import("./segments.js").SegmentsView} SegmentsView */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./review.js").Mark} Mark */

const NAME = "mtqe.reviewer";

/** Whose review an exported file holds where nobody gave a name. */
const NOBODY = "reviewer";

/** What the filter of the review offers; "" is all segments. */
const REVIEW_FILTERS = ["", "unmarked", "marked", "ok", "unsure", "problem", "errors", "notes"];

/** Where a reviewer works: the bar above the list, the dialogs, and what keys and buttons do. */
export class ReviewPanel {
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
    this.name = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "text",
        name: "reviewer",
        autocomplete: "off",
        maxlength: 60,
        placeholder: say("review.your-name"),
      })
    );
    this.file = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "file",
        accept: ".json,.tsv",
        "aria-label": say("review.file"),
        class: "unseen",
        tabindex: -1,
      })
    );
    this.show = choice(
      say("review.show"),
      REVIEW_FILTERS.map((what) => /** @type {const} */ ([what, say(`reviewed.${what}`)])),
      "",
      (reviewed) => this.change({ reviewed }),
    );
    this.filter = /** @type {HTMLSelectElement} */ (this.show.querySelector("select"));
    const { spans } = view.store;
    this.begin = choice(
      say("review.start"),
      [
        ["", say("review.start-nothing")],
        ...spans.origins.map(({ name, label }) => /** @type {const} */ ([name, label])),
      ],
      "",
      (startFrom) => this.change({ startFrom }),
    );
    this.start = /** @type {HTMLSelectElement} */ (this.begin.querySelector("select"));
    this.meter = h("progress", { "aria-label": say("review.segments-marked") });
    this.progress = h("span", { id: "progress" });
    this.blind = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name: "blind" }));
    /** Whether the reviewer was asked for a name since the page was opened. */
    this.asked = false;
    this.alarm = h("p", { class: "alarm", role: "alert", hidden: true });
    view.actions = {
      mark: (row, mark) => this.#mark(row, mark),
      label: (row, error) => this.#label(row, error),
      note: (row) => this.#note(row),
      decide: (row, span, what) => this.#decide(row, span, what),
    };
    this.#fillBar();
    this.review.listeners.push((id) => this.#changed(id));
    this.button.addEventListener("click", () => this.toggle());
    this.floating.addEventListener("click", () => this.label());
    document.addEventListener("selectionchange", () => this.#offerLabel());
    byId("scroller").addEventListener("scroll", () => this.#offerLabel(), { passive: true });
    window.addEventListener("beforeunload", (event) => this.review.storage.unsaved && event.preventDefault());
  }

  /** @param {State} state */
  sync(state) {
    this.button.setAttribute("aria-pressed", String(state.review));
    byId("review").hidden = !state.review;
    this.filter.value = state.reviewed;
    this.blind.checked = this.labeller.blind = state.blind;
    this.start.value = state.startFrom;
    document.body.classList.toggle("blind", state.review && state.blind);
    this.#showProgress();
  }

  /** Begin or end reviewing. */
  toggle() {
    this.change({ review: !this.view.state.review });
  }

  /** Mark the current segment, or take its mark back. @param {Mark | ""} mark */
  mark(mark) {
    this.#withRow(this.row, (row) => this.#mark(row, mark));
  }

  /** Label an error of what is selected, or of the current segment. */
  label() {
    const picked = pickedText(getSelection());
    this.#withRow(picked?.row ?? this.row, (row) => this.#label(row));
  }

  /** Write a note on the current segment. */
  note() {
    this.#withRow(this.row, (row) => this.#note(row));
  }

  /** Go to the next segment of the list that has no mark. */
  nextUnmarked() {
    const { rows, store, current } = this.view;
    const order = [...rows.keys()].map((step) => (Math.max(current, -1) + 1 + step) % rows.length);
    const next = order.find((index) => !this.review.of(store.ids[rows[index]]).mark);
    if (next === undefined) toast(say("review.all-marked"));
    else this.view.goTo(next);
  }

  /** The current segment's row, or null. */
  get row() {
    return this.view.rows[this.view.current] ?? null;
  }

  /** Do something with a segment, or say why there is none. @param {number | null} row @param {(row: number) => void} action */
  #withRow(row, action) {
    const { loaded, count } = this.view.store;
    if (row !== null) action(row);
    else toast(say(loaded < count ? "list.begin" : "list.nothing"));
  }

  /** @param {number} row @param {Mark | ""} mark */
  #mark(row, mark) {
    const id = this.view.store.ids[row];
    this.review.change(id, { mark: this.review.of(id).mark === mark ? "" : mark });
    const made = this.review.of(id).mark;
    toast(made ? say("review.marked", { mark: say(`mark.${made}`) }) : say("review.unmarked"));
    this.#askName();
  }

  /** @param {number} row @param {import("./review.js").ErrorLabel} [error] to change */
  #label(row, error) {
    const { store, state } = this.view;
    const id = store.ids[row];
    const picked = pickedText(getSelection());
    const part = picked?.row === row ? picked : null;
    const order = state.blind ? blindOrder(store, row) : store.systems.map((_, index) => index);
    const shown = order
      .filter((index) => store.hypotheses[index][row] !== null)
      .map((index) => store.systems[index])
      .filter((name) => state.blind || !state.hidden.includes(name));
    const system = error?.system ?? (part?.system || (this.labeller.row === row && this.labeller.system) || shown[0]);
    if (!system) return toast(say("review.nothing-to-label"));
    this.labeller.open(row, system, { part: part && { ...part, system }, error }, (result) => {
      if (error) this.review.removeError(id, error);
      if (result) this.review.addError(id, error?.proposed ? { ...result, proposed: error.proposed } : result);
      getSelection()?.removeAllRanges();
      this.#askName();
    });
  }

  /**
   * Accept, change or drop a span that the review begins with, or take that back.
   *
   * @param {number} row
   * @param {import("./spans.js").ErrorSpan} span
   * @param {import("./reviewtools.js").Decision} what
   */
  #decide(row, span, what) {
    const { store } = this.view;
    const id = store.ids[row];
    const proposal = proposalFor(store, span);
    const label = labelOf(proposal);
    if (what === "undo") this.review.undecide(id, proposal);
    else if (what === "drop") this.review.drop(id, proposal);
    else if (what === "accept" && label) this.review.addError(id, label);
    else {
      const begin = label ?? {
        ...proposal,
        category: proposal.category ?? "Other",
        severity: "major",
        proposed: proposal,
      };
      this.labeller.open(
        row,
        proposal.system,
        { error: /** @type {import("./review.js").ErrorLabel} */ (begin) },
        (result) => {
          if (result) this.review.addError(id, { ...result, proposed: proposal });
          else this.review.drop(id, proposal);
        },
      );
      return;
    }
    this.#askName();
  }

  /** @param {number} row */
  #note(row) {
    const id = this.view.store.ids[row];
    const dialog = /** @type {HTMLDialogElement} */ (byId("noter"));
    const text = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: 6, dir: "auto", name: "note" }));
    text.value = this.review.of(id).note;
    const save = h("button", { type: "submit", class: "primary" }, say("save"));
    const form = /** @type {HTMLFormElement} */ (
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "noter-title" }, `${say("review.note-on")} `, h("span", { class: "segment-id" }, id)),
        h("label", {}, h("span", { class: "unseen" }, say("note")), text),
        h(
          "div",
          { class: "dialog-buttons" },
          save,
          h("button", { type: "button", onclick: () => dialog.close() }, say("cancel")),
        ),
      )
    );
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("submit", () => {
      this.review.change(id, { note: text.value.trim() });
      setTimeout(() => this.#askName());
    });
    dialog.replaceChildren(form);
    dialog.showModal();
    text.focus();
  }

  /** Ask who reviews, after the first thing that was said; the name goes into exported files. */
  #askName() {
    if (this.name.value.trim() || this.asked) return;
    this.asked = true;
    const dialog = /** @type {HTMLDialogElement} */ (byId("namer"));
    const name = /** @type {HTMLInputElement} */ (
      h("input", { type: "text", name: "your-name", autocomplete: "off", maxlength: 60 })
    );
    const later = h("button", { type: "button", onclick: () => dialog.close() }, say("review.later"));
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "namer-title" }, say("review.who")),
      h("p", { class: "hint" }, say("review.who-why")),
      h("label", { class: "field" }, h("span", {}, say("reviewer")), name),
      h("div", { class: "dialog-buttons" }, h("button", { type: "submit", class: "primary" }, say("save")), later),
    );
    form.addEventListener("submit", () => {
      this.#callReviewer(name.value.trim());
    });
    dialog.replaceChildren(form);
    dialog.showModal();
    name.focus();
  }

  /** @param {string} name of whoever reviews here, from now on */
  #callReviewer(name) {
    this.name.value = name;
    keepName(browserStorage(), name);
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
    this.blind.addEventListener("change", () => this.#setBlind(this.blind.checked));
    const button = (
      /** @type {string} */ label,
      /** @type {() => void} */ onclick,
      /** @type {string | null} */ name = null,
    ) => h("button", { type: "button", class: "quiet", onclick, "aria-label": name }, label);
    byId("review").append(
      h(
        "div",
        { class: "bar" },
        h("label", { class: "field" }, h("span", {}, say("reviewer")), this.name),
        this.show,
        this.view.store.spans.any ? this.begin : null,
        this.view.store.systems.length > 1 ? h("label", { class: "check" }, this.blind, say("blind")) : null,
        h("span", { class: "group" }, this.meter, this.progress),
        h("span", { class: "spring" }),
        h(
          "span",
          { class: "group" },
          button(say("import"), () => this.file.click(), say("review.import")),
          this.file,
          button(say("review.export", { kind: "JSON" }), () => this.#export("json")),
          button(say("review.export", { kind: "TSV" }), () => this.#export("tsv")),
        ),
      ),
      this.alarm,
    );
  }

  #showProgress() {
    const { store } = this.view;
    const { marked, errors, notes, penalty } = this.review.progress();
    this.meter.setAttribute("max", String(Math.max(store.count, 1)));
    this.meter.setAttribute("value", String(marked));
    const points = errors ? ` (MQM ${Number(penalty.toFixed(1))})` : "";
    const parts = [
      say("review.progress", { marked, count: store.count }),
      say("errors", { count: errors }) + points,
      say("notes", { count: notes }),
    ];
    this.progress.textContent = parts.join(" · ");
    const { trouble } = this.review.storage;
    if (this.alarm.hidden === !trouble) return;
    this.alarm.hidden = !trouble;
    this.alarm.textContent = trouble ? say("review.alarm", { trouble }) : "";
  }

  /** Hide or show who translated what; a filter or an order by system would tell. @param {boolean} blind */
  #setBlind(blind) {
    const untold = {
      sort: "corpus",
      descending: false,
      diff: "",
      layout: "",
      wins: [],
      low: null,
      high: null,
      finding: "",
      severity: "",
      findingSystem: "",
      findingChange: "",
      ...NO_SPANS,
      hidden: [],
      ...NO_BOX,
    };
    this.change(
      blind
        ? { blind, ...untold, ...(this.view.state.column.startsWith("system:") ? { column: "all" } : {}) }
        : { blind },
    );
  }

  /** @param {"json" | "tsv"} kind */
  #export(kind) {
    const { store } = this.view;
    if (!anyReviewed(store, this.review)) {
      toast(say("review.nothing-to-export"));
      return;
    }
    const reviewer = this.name.value.trim() || NOBODY;
    const write = kind === "json" ? reviewJson : reviewTsv;
    const text = write(store, this.review, reviewer, this.view.state.blind);
    const name = `${store.summary.manifest.id}.${reviewer}.review.${kind}`.replace(/[^\p{L}\p{N}._-]+/gu, "-");
    download(name, kind === "json" ? "application/json" : "text/tab-separated-values", text);
    this.review.storage.exported = true;
    toast(say("review.exported"));
  }

  async #import() {
    const file = this.file.files?.[0];
    if (!file) return;
    try {
      const reviews = readReviews(await file.text());
      const own = this.name.value.trim();
      const [only] = reviews.size === 1 ? reviews.keys() : [];
      const wanted = reviews.get(own) ?? (only === undefined ? null : reviews.get(only));
      if (!wanted) throw new Error(say("review.other-names", { names: [...reviews.keys()].join(", ") || "–" }));
      const { taken, segments, errors } = adopt(this.view.store, this.review, wanted);
      const left =
        segments + errors
          ? say("review.left-out", {
              segments: say("segments", { count: segments }),
              errors: say("errors", { count: errors }),
            })
          : "";
      if (!own && taken && only && only !== NOBODY) this.#callReviewer(only);
      toast(say("review.imported", { count: taken }) + left);
    } catch (error) {
      toast(
        say("review.not-imported", { file: file.name, why: error instanceof Error ? error.message : String(error) }),
      );
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
