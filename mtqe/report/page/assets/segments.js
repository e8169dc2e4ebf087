import { byId, h, plural, thousands } from "./dom.js";
import { card } from "./card.js";
import { Controls } from "./controls.js";
import { download, record, toCsv, toJsonLines } from "./export.js";
import { meansTable } from "./means.js";
import { sortRows } from "./order.js";
import { filterRows, searchExpression } from "./query.js";
import { VirtualList } from "./virtual.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */

const PRINTED = 300;

/** The list of segments: what is in it, where the reader is, and what can be done with it. */
export class SegmentsView {
  /**
   * @param {Store} store
   * @param {State} state
   * @param {(change: Partial<State>) => void} change asks for another state, which comes to `show`
   * @param {(segment: string) => string} linkTo
   * @param {import("./review.js").Review} review
   */
  constructor(store, state, change, linkTo, review) {
    this.store = store;
    this.state = state;
    this.change = change;
    this.linkTo = linkTo;
    this.review = review;
    /** @type {import("./marking.js").ReviewActs} */
    this.acts = { mark() {}, label() {}, note() {} };
    /** @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    this.current = -1;
    /** @type {RegExp | null} */
    this.search = null;
    /** @type {Set<number>} */
    this.expanded = new Set();
    /** @type {Set<number>} */
    this.ngrams = new Set();
    this.status = byId("status");
    this.means = /** @type {HTMLDetailsElement} */ (byId("means"));
    this.controls = new Controls(byId("controls"), store, change);
    this.list = new VirtualList(byId("scroller"), byId("canvas"), (index) => this.#card(index));
    byId("columns").append(...store.metrics.map(({ label, higher_is_better: higher }) => h("span", { title: higher ? "higher is better" : "lower is better" }, `${label} ${higher ? "↑" : "↓"}`)));
    byId("segments").style.setProperty("--metrics", String(store.metrics.length));
    byId("canvas").addEventListener("focusin", (event) => this.#focused(event));
    byId("canvas").addEventListener("click", (event) => this.#clicked(event));
    byId("export-csv").addEventListener("click", () => this.#export("csv", "text/csv", toCsv));
    byId("export-jsonl").addEventListener("click", () => this.#export("jsonl", "application/jsonl", toJsonLines));
    byId("copy-view").addEventListener("click", () => this.#copyText(this.linkTo(""), "Link copied"));
    this.means.addEventListener("toggle", () => this.#showMeans());
    window.addEventListener("beforeprint", () => this.#fillPrint());
    window.addEventListener("afterprint", () => byId("print-list").replaceChildren());
  }

  /** Filter, sort and show. @param {State} state */
  show(state) {
    this.state = state;
    this.controls.sync(state);
    this.#arrange();
    try {
      this.search = searchExpression(state);
    } catch (error) {
      this.status.textContent = `That is no regular expression: ${error instanceof Error ? error.message : error}`;
      this.status.classList.add("error");
      return;
    }
    this.status.classList.remove("error");
    this.rows = sortRows(this.store, filterRows(this.store, state, this.review), state);
    this.current = -1;
    const index = this.#indexOf(state.segment);
    this.list.reset(this.rows.length, Math.max(index, 0));
    if (index >= 0) this.#mark(index);
    this.#report();
  }

  /** The heads of the score columns stand over stacked translations only. */
  #arrange() {
    byId("segments").classList.toggle("in-columns", this.state.layout === "columns");
  }

  /** More segments have been unpacked. */
  loaded() {
    const sorted = this.state.sort !== "corpus" || this.state.descending;
    const complete = this.store.loaded === this.store.count;
    if (this.search === null && !sorted && this.controls.chips.hidden && this.rows.length) {
      this.rows = Uint32Array.from({ length: this.store.loaded }, (_, row) => row);
      this.list.grow(this.rows.length);
      this.#report();
      if (this.state.segment && this.current < 0 && this.#indexOf(this.state.segment) >= 0) this.show(this.state);
    } else if (complete || !this.rows.length) this.show(this.state);
  }

  /** Only the look of the rows has changed. @param {State} state */
  restyle(state) {
    this.state = state;
    this.controls.sync(state);
    this.#arrange();
    const { current } = this;
    const focused = byId("canvas").contains(document.activeElement);
    this.list.refresh();
    if (current >= 0) this.#mark(current);
    if (focused) this.list.mounted.get(current)?.focus({ preventScroll: true });
  }

  /** Make a segment's card anew, and keep the focus in it. @param {string} id */
  renew(id) {
    const index = this.#indexOf(id);
    const old = this.list.mounted.get(index);
    if (!old) return;
    const inside = old.contains(document.activeElement);
    const key = inside ? document.activeElement?.getAttribute("data-key") : null;
    const card = this.list.renew(index);
    if (!inside) return;
    const same = [...(card?.querySelectorAll("[data-key]") ?? [])].find((element) => element.getAttribute("data-key") === key);
    /** @type {HTMLElement | undefined} */ (same ?? card)?.focus({ preventScroll: true });
  }

  /** Go to another row of the list and put the focus there. @param {number} index */
  goTo(index) {
    if (!this.rows.length) return;
    const target = Math.max(0, Math.min(index, this.rows.length - 1));
    this.list.pinned = target;
    this.list.reveal(target)?.focus({ preventScroll: true });
    this.#mark(target);
  }

  /** Go some rows on from the current one, or begin at the top. @param {number} step */
  move(step) {
    this.goTo(this.current < 0 ? this.list.first : this.current + step);
  }

  /** Go to the next document's first row, or ten rows on where there are none. @param {1 | -1} direction */
  moveDocument(direction) {
    const start = this.current < 0 ? this.list.first : this.current;
    const here = this.store.documents[this.rows[start]];
    if (here === null || here === undefined) return this.goTo(start + 10 * direction);
    let index = start;
    const document = (/** @type {number} */ at) => this.store.documents[this.rows[at]];
    while (index >= 0 && index < this.rows.length && document(index) === here) index += direction;
    const other = document(index);
    if (direction < 0) while (index > 0 && document(index - 1) === other) index -= 1;
    return this.goTo(index);
  }

  /** Copy a link to the current segment. */
  copyLink() {
    if (this.current >= 0) this.#copy(this.rows[this.current], "link");
  }

  /** @param {number} index @param {State} [state] */
  #card(index, state = this.state) {
    const row = this.rows[index];
    const context = {
      store: this.store, state, search: this.search, size: this.rows.length, expanded: this.expanded,
      expand: (/** @type {number} */ which) => this.#expand(which),
      ngrams: this.ngrams, review: this.review, acts: this.acts,
      toggleNgrams: (/** @type {number} */ which) => this.#toggleNgrams(which),
      onCheck: (/** @type {string} */ finding) => this.change({ finding, severity: "", findingSystem: "" }),
      copy: (/** @type {number} */ which, /** @type {"link" | "row"} */ what) => this.#copy(which, what),
    };
    const element = card(context, row, index);
    element.dataset.index = String(index);
    if (index === this.current) element.classList.add("current");
    return element;
  }

  /** @param {number} row */
  #expand(row) {
    this.expanded.add(row);
    this.restyle(this.state);
  }

  /** @param {number} row */
  #toggleNgrams(row) {
    if (!this.ngrams.delete(row)) this.ngrams.add(row);
    this.restyle(this.state);
  }

  /** Show or hide the n-grams of the current segment. */
  ngramsOfCurrent() {
    if (this.current >= 0) this.#toggleNgrams(this.rows[this.current]);
  }

  /** @param {Event} event */
  #focused(event) {
    const element = /** @type {Element} */ (event.target).closest(".card");
    if (element instanceof HTMLElement) this.#mark(Number(element.dataset.index));
  }

  /** A click on a card makes it current, unless text is being selected. @param {MouseEvent} event */
  #clicked(event) {
    const element = /** @type {Element} */ (event.target).closest(".card");
    if (element instanceof HTMLElement && !String(getSelection())) this.#mark(Number(element.dataset.index));
  }

  /** @param {number} index */
  #mark(index) {
    if (index !== this.current) this.list.mounted.get(this.current)?.classList.remove("current");
    this.current = index;
    this.list.pinned = index;
    this.list.mounted.get(index)?.classList.add("current");
    const id = this.store.ids[this.rows[index]];
    if (id !== this.state.segment) this.change({ segment: id });
  }

  /** @param {string} id @returns {number} */
  #indexOf(id) {
    const row = id ? this.store.ids.indexOf(id) : -1;
    return row < 0 ? -1 : this.rows.indexOf(row);
  }

  /** Say how many there are. */
  #report() {
    const { store } = this;
    const shown = thousands(this.rows.length);
    const loading = store.loaded < store.count ? ` · unpacking, ${Math.floor((100 * store.loaded) / store.count)}%` : "";
    const text = this.rows.length === store.count ? `All ${plural(store.count, "segment")}` : `${shown} of ${plural(store.count, "segment")}`;
    this.status.textContent = text + loading;
    byId("nothing").hidden = this.rows.length > 0 || store.loaded < store.count;
    this.#showMeans();
  }

  #showMeans() {
    if (this.means.open) byId("means-table").replaceChildren(meansTable(this.store, this.rows, this.state.otherSystem));
  }

  /** @param {number} row @param {"link" | "row"} what */
  #copy(row, what) {
    if (what === "link") this.#copyText(this.linkTo(this.store.ids[row]), "Link copied");
    else this.#copyText(JSON.stringify(record(this.store, row), null, 2), "Row copied as JSON");
  }

  /** @param {string} text @param {string} done */
  async #copyText(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      toast(done);
    } catch {
      toast("The browser does not let this page copy; the address bar has the link");
    }
  }

  /** @param {string} suffix @param {string} type @param {(store: Store, rows: Iterable<number>) => string} format */
  #export(suffix, type, format) {
    download(`${this.store.summary.manifest.id}.${suffix}`, type, format(this.store, this.rows));
    toast(`Exported ${plural(this.rows.length, "segment")}`);
  }

  /** Printing shows the list's first rows in full, without the scroller. */
  #fillPrint() {
    const read = { ...this.state, review: false };
    const cards = Array.from(this.rows.slice(0, PRINTED), (_, index) => this.#card(index, read));
    const note = this.rows.length > PRINTED ? `The first ${PRINTED} of ${plural(this.rows.length, "segment")} in the list` : "";
    byId("print-list").replaceChildren(h("p", {}, note), ...cards);
  }
}

/** Say something for a few seconds. @param {string} message */
export function toast(message) {
  const place = byId("toast");
  place.textContent = message;
  place.classList.add("on");
  setTimeout(() => place.classList.remove("on"), 2500);
}
