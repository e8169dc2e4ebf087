import { byId, h } from "./dom.js";
import { card, isBlind } from "./card.js";
import { Controls } from "./controls.js";
import { download, record, toCsv, toJsonLines } from "./export.js";
import { meansTable } from "./means.js";
import { sortRows } from "./order.js";
import { filterRows, searchExpression } from "./query.js";
import { segmentAt } from "./segmentname.js";
import { toNumber } from "./state.js";
import { toast } from "./toast.js";
import { VirtualList } from "./virtual.js";
import { say } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./state.js").State} State */

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
    /** @type {import("./reviewtools.js").ReviewActions} */
    this.actions = { mark() {}, label() {}, note() {}, decide() {} };
    /** @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    this.current = -1;
    /** @type {RegExp | null} */
    this.search = null;
    /** @type {Set<number>} */
    this.expanded = new Set();
    /** @type {Set<number>} */
    this.unfolded = new Set();
    /** @type {Set<number>} */
    this.ngrams = new Set();
    /** @type {Set<number>} */
    this.listed = new Set();
    this.status = byId("status");
    this.means = /** @type {HTMLDetailsElement} */ (byId("means"));
    this.controls = new Controls(byId("controls"), store, change);
    this.list = new VirtualList(byId("scroller"), byId("canvas"), (index) => this.#card(index));
    byId("columns").append(
      ...store.metrics.map(({ label, higher_is_better: higher }) =>
        h("span", { title: say(higher ? "higher" : "lower") }, `${label} ${higher ? "↑" : "↓"}`),
      ),
    );
    byId("segments").style.setProperty("--metrics", String(store.metrics.length));
    byId("canvas").addEventListener("focusin", (event) => this.#focused(event));
    byId("canvas").addEventListener("click", (event) => this.#clicked(event));
    byId("export-csv").addEventListener("click", () =>
      this.#export("csv", "text/csv", (rows) => toCsv(store, rows, this.#guarded)),
    );
    byId("export-jsonl").addEventListener("click", () =>
      this.#export("jsonl", "application/jsonl", (rows) => toJsonLines(store, rows)),
    );
    byId("go-to").addEventListener("submit", (event) => this.#goToSegment(event));
    byId("copy-view").addEventListener("click", () => this.#copyText(this.linkTo(""), say("copy.link-done")));
    this.means.addEventListener("toggle", () => this.#showMeans());
  }

  /** Filter, sort and show. @param {State} state */
  show(state) {
    this.state = state;
    this.controls.sync(state);
    this.#arrange();
    try {
      this.search = searchExpression(state);
    } catch (error) {
      this.status.textContent = say("search.not-regex", {
        why: error instanceof Error ? error.message : String(error),
      });
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
    this.#showMeans();
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
    const same = [...(card?.querySelectorAll("[data-key]") ?? [])].find(
      (element) => element.getAttribute("data-key") === key,
    );
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

  /** Make the first segment in sight the current one, where there is none. */
  chooseInSight() {
    const awaited = this.state.segment !== "" && this.store.loaded < this.store.count;
    if (this.current < 0 && this.rows.length && !awaited) this.#mark(this.list.firstInSight);
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

  /** What a card of a state needs to know. @param {State} state @returns {import("./card.js").CardContext} */
  contextOf(state) {
    return {
      store: this.store,
      state,
      search: this.search,
      size: this.size,
      expanded: this.expanded,
      expand: (row) => this.#expand(row),
      unfolded: this.unfolded,
      unfold: (row) => this.#unfold(row),
      ngrams: this.ngrams,
      toggleNgrams: (row) => this.#toggleNgrams(row),
      listed: this.listed,
      toggleListed: (row) => this.#toggleListed(row),
      onCheck: (finding) => this.change({ finding, severity: "", findingSystem: "", findingChange: "" }),
      copy: (row, what) => this.#copy(row, what),
      review: this.review,
      actions: this.actions,
    };
  }

  /** @param {number} index */
  #card(index) {
    const row = this.rows[index];
    const context = this.contextOf(this.state);
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
  #unfold(row) {
    this.unfolded.add(row);
    this.renew(this.store.ids[row]);
  }

  /** @param {number} row */
  #toggleNgrams(row) {
    if (!this.ngrams.delete(row)) this.ngrams.add(row);
    this.restyle(this.state);
  }

  /** @param {number} row */
  #toggleListed(row) {
    if (!this.listed.delete(row)) this.listed.add(row);
    this.renew(this.store.ids[row]);
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

  /** How long the list is, or will be when all segments are unpacked. */
  get size() {
    return this.filtered ? this.rows.length : this.store.count;
  }

  /** Whether a search or a filter is on. */
  get filtered() {
    return this.search !== null || !this.controls.chips.hidden;
  }

  /** Say how many segments and findings are listed. */
  #report() {
    const { store, rows } = this;
    const share = Math.floor((100 * store.loaded) / store.count);
    let found = 0;
    let marked = 0;
    for (const row of rows) {
      found += store.findings.countOf(row);
      marked += store.spans.countOf(row);
    }
    const parts = [
      rows.length === store.count
        ? say("list.all", { count: store.count })
        : say("list.some", { shown: rows.length, count: store.count }),
      store.findings.checks.length && !isBlind(this.state) ? say("findings.count", { count: found }) : "",
      store.spans.any && !isBlind(this.state) ? say("spans.count", { count: marked }) : "",
      store.loaded < store.count ? say("list.unpacking", { share }) : "",
    ];
    this.status.textContent = parts.filter(Boolean).join(" · ");
    byId("nothing").hidden = rows.length > 0 || store.loaded < store.count;
    this.#showMeans();
  }

  #showMeans() {
    if (!this.means.open) return;
    const place = byId("means-table");
    const focused = place.contains(document.activeElement);
    place.replaceChildren(meansTable(this.store, this.rows, this.state.base, (base) => this.change({ base })));
    if (focused) place.querySelector("select")?.focus();
  }

  /** Go to the segment whose id, place or number was typed. @param {Event} event */
  #goToSegment(event) {
    event.preventDefault();
    const wanted = /** @type {HTMLInputElement} */ (byId("go-to-id")).value.trim();
    const row = segmentAt(this.store, wanted);
    const index = this.rows.indexOf(row);
    if (row < 0) toast(say("list.no-segment", { id: wanted }));
    else if (index < 0) toast(say("list.filtered-out", { id: this.store.ids[row] }));
    else this.goTo(index);
  }

  /** @param {number} row @param {"link" | "row"} what */
  #copy(row, what) {
    if (what === "link") this.#copyText(this.linkTo(this.store.ids[row]), say("copy.link-done"));
    else this.#copyText(JSON.stringify(record(this.store, row), null, 2), say("copy.row-done"));
  }

  /** @param {string} text @param {string} done */
  async #copyText(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      toast(done);
    } catch {
      toast(say("copy.refused"));
    }
  }

  /** Whether texts that a spreadsheet would take for formulas are guarded in CSV. */
  get #guarded() {
    return /** @type {HTMLInputElement} */ (byId("export-guard")).checked;
  }

  /** Hand the listed segments to the reader, or the first of them. @param {string} suffix @param {string} type @param {(rows: Iterable<number>) => string} format */
  #export(suffix, type, format) {
    const most = toNumber(/** @type {HTMLInputElement} */ (byId("export-first")).value) ?? this.rows.length;
    const rows = this.rows.slice(0, Math.max(most, 0));
    download(`${this.store.summary.manifest.id}.${suffix}`, type, format(rows));
    toast(say("export.done", { count: rows.length }));
  }
}
