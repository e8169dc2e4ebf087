import { showAgreement } from "./agreement.js";
import { byId } from "./dom.js";
import { showHistograms } from "./charts.js";
import { ReviewPanel } from "./reviewpanel.js";
import { browserStorage, ReviewStorage } from "./reviewstorage.js";
import { showComparison } from "./comparison.js";
import { showFindings } from "./findingstable.js";
import { listen } from "./keyboard.js";
import { showLengths } from "./lengths.js";
import { Review } from "./review.js";
import { Scatter } from "./scatter.js";
import { SegmentsView } from "./segments.js";
import { PrintDialog } from "./print.js";
import { showSlices } from "./slices.js";
import { showSpans } from "./spantable.js";
import { makeSortable, offerOrders } from "./sortable.js";
import { fromHash, initialState, NO_BOX, pairView, sameValue, toHash } from "./state.js";
import { Store, unpack } from "./store.js";
import { followTheme } from "./theme.js";
import { toast } from "./toast.js";
import { useWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./store.js").Summary} Summary */

/** What doesn't change which rows are listed, nor their order. */
const LOOKS = [
  "view",
  "segment",
  "diff",
  "invisible",
  "hidden",
  "layout",
  "review",
  "blind",
  "unfolded",
  "base",
  "layersOff",
  "startFrom",
];

/** The state of the page, its address and its two views, kept in step. */
class Report {
  /** @param {Store} store */
  constructor(store) {
    const { manifest, changes } = store.summary;
    const metrics = store.metrics.map((metric) => metric.name);
    this.initial = { ...initialState(store.systems, metrics), ...pairView(changes, metrics[0] ?? "") };
    this.state = fromHash(location.hash, this.initial);
    this.view = new SegmentsView(
      store,
      this.state,
      (change) => this.change(change),
      (segment) => this.linkTo(segment),
      new Review(new ReviewStorage(browserStorage(), manifest.id)),
    );
    this.reviewPanel = new ReviewPanel(this.view, (change) => this.change(change));
    this.scatter = new Scatter(byId("scatter"), store, (change) => this.change(change));
    window.addEventListener("hashchange", () => this.#apply(fromHash(location.hash, this.initial)));
    this.reviewPanel.sync(this.state);
    this.#showView();
  }

  /** @param {Partial<State>} change */
  change(change) {
    this.#apply({ ...this.state, ...change });
    const hash = toHash(this.state, this.initial);
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  /** @param {string} segment its id, or "" for the view alone */
  linkTo(segment) {
    const state = { ...this.state, view: "segments", segment };
    return location.href.replace(/#.*$/s, "") + toHash(state, this.initial);
  }

  /** @param {State} state */
  #apply(state) {
    const changed = Object.keys(state).filter((key) => {
      const name = /** @type {keyof State} */ (key);
      return !sameValue(state[name], this.state[name]);
    });
    this.state = state;
    this.reviewPanel.sync(state);
    if (changed.includes("view")) this.#showView();
    if (changed.some((key) => !LOOKS.includes(key))) this.view.show(state);
    else if (changed.some((key) => key !== "view" && key !== "segment")) this.view.restyle(state);
    else this.#follow(changed);
    this.settle();
  }

  /** After a change or more segments: draw what is in sight, and give a review a segment to work on. */
  settle() {
    this.analyse();
    if (this.state.view === "segments" && this.state.review) this.view.chooseInSight();
  }

  /** Show the listed segments' scores against each other, while that is in sight. */
  analyse() {
    if (this.state.view !== "segments") this.scatter.show(this.state, this.view.rows);
  }

  /** Go where another link points. @param {string[]} changed */
  #follow(changed) {
    this.view.state = this.state;
    const current = this.view.store.ids[this.view.rows[this.view.current]];
    if (changed.includes("segment") && this.state.segment && this.state.segment !== current) this.view.show(this.state);
  }

  #showView() {
    const segments = this.state.view === "segments";
    byId("overview").hidden = segments;
    byId("segments").hidden = !segments;
    document.body.classList.toggle("in-segments", segments);
    for (const link of document.querySelectorAll("[data-view]")) {
      const here = link.getAttribute("data-view") === (segments ? "segments" : "overview");
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

async function start() {
  followTheme();
  const summary = await unpack(byId("summary-data").textContent ?? "");
  useWords(summary.language, Object.entries(summary.words));
  const store = new Store(summary);
  const report = new Report(store);
  const systems = /** @type {HTMLTableElement} */ (byId("systems"));
  makeSortable(systems);
  offerOrders(byId("systems-order"), systems);
  new PrintDialog(report.view);
  showHistograms(byId("histograms"), summary, (range) =>
    report.change({ view: "segments", ...range, low: bound(range.low), high: bound(range.high) }),
  );
  if (summary.comparison) showComparison(byId("comparison"), summary.comparison, store);
  showAnalysis(report, summary);
  for (const link of document.querySelectorAll("[data-view]")) {
    link.addEventListener("click", () => report.change({ view: link.getAttribute("data-view") ?? "overview" }));
  }
  const bases = [
    "",
    ...(summary.changes ? ["o:"] : []),
    ...store.references.map((_, index) => `r:${index}`),
    ...store.systems.map((name) => `s:${name}`),
  ];
  listen({
    view: report.view,
    state: () => report.state,
    change: (change) => report.change(change),
    bases,
    reviewPanel: report.reviewPanel,
  });
  await load(store, report.view);
  if (store.metadataNames.length || store.documents.some((document) => document !== null)) {
    showSlices(byId("slices"), store, (filter) => report.change({ view: "segments", ...filter(report.state) }));
  } else byId("slices-part").hidden = true;
  report.settle();
  document.documentElement.setAttribute("data-loaded", "");
}

/** Findings, agreement and length, for runs that have them. @param {Report} report @param {Summary} summary */
function showAnalysis(report, summary) {
  const { store } = report.view;
  const list = (/** @type {Partial<State>} */ filter) => report.change({ view: "segments", ...filter });
  if (store.findings.checks.length) {
    showFindings(byId("findings"), store, (filter) => list({ findingChange: "", ...filter }));
  }
  if (store.spans.any) showSpans(byId("spans"), store, list);
  if (store.metrics.length > 1) {
    showAgreement(byId("agreement"), summary, (system, xMetric, yMetric) => {
      report.change({ xSystem: system, ySystem: system, xMetric, yMetric, ...NO_BOX });
      byId("scatter-heading").scrollIntoView();
    });
  }
  if (summary.lengths.length > 1) {
    showLengths(byId("lengths"), summary, (shortest, longest) => list({ shortest, longest }));
  }
}

/** A bound for the state; the ends of an open range are none. @param {number} value */
function bound(value) {
  return Number.isFinite(value) ? value : null;
}

/** Unpack the segments block by block, letting the page breathe in between. @param {Store} store @param {SegmentsView} view */
async function load(store, view) {
  for (const element of document.querySelectorAll("script.block")) {
    store.append(await unpack(element.textContent ?? ""));
    element.remove();
    view.loaded();
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (!store.count) view.loaded();
}

start().catch((error) => {
  toast("This report could not be shown; a browser of 2024 or later is needed.");
  throw error;
});
