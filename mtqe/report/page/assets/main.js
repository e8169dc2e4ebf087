import { showAgreement } from "./agreement.js";
import { byId } from "./dom.js";
import { showHistograms } from "./charts.js";
import { Desk } from "./desk.js";
import { browserStorage, Keeper } from "./keeper.js";
import { showFindings } from "./found.js";
import { listen } from "./keyboard.js";
import { showLengths } from "./lengths.js";
import { Review } from "./review.js";
import { Scatter } from "./scatter.js";
import { SegmentsView, toast } from "./segments.js";
import { showSlices } from "./slices.js";
import { makeSortable } from "./sortable.js";
import { fromHash, initialState, NO_BOX, pairView, toHash } from "./state.js";
import { Store, unpack } from "./store.js";
import { followTheme } from "./theme.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./store.js").Summary} Summary */

/** What doesn't change which rows are listed, nor their order. */
const LOOKS = ["view", "segment", "diff", "invisible", "hidden", "layout", "review"];

/** The state of the page, its address and its two views, kept in step. */
class Report {
  /** @param {Store} store */
  constructor(store) {
    const { manifest, changes } = store.summary;
    const metrics = store.metrics.map((metric) => metric.name);
    this.initial = { ...initialState(store.systems, metrics), ...pairView(changes, metrics[0] ?? "") };
    this.state = fromHash(location.hash, this.initial);
    this.view = new SegmentsView(store, this.state, (change) => this.change(change), (segment) => this.linkTo(segment), new Review(new Keeper(browserStorage(), manifest.id)));
    this.desk = new Desk(this.view, (change) => this.change(change));
    this.scatter = new Scatter(byId("scatter"), store, (change) => this.change(change));
    window.addEventListener("hashchange", () => this.#apply(fromHash(location.hash, this.initial)));
    this.desk.sync(this.state);
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
      return JSON.stringify(state[name]) !== JSON.stringify(this.state[name]);
    });
    this.state = state;
    this.desk.sync(state);
    if (changed.includes("view")) this.#showView();
    if (changed.some((key) => !LOOKS.includes(key))) this.view.show(state);
    else if (changed.some((key) => key !== "view" && key !== "segment")) this.view.restyle(state);
    else this.#follow(changed);
    this.analyse();
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
  const store = new Store(summary);
  const report = new Report(store);
  makeSortable(/** @type {HTMLTableElement} */ (byId("systems")));
  showHistograms(byId("histograms"), summary, (metric, low, high) =>
    report.change({ view: "segments", rangeMetric: metric, rangeSystem: "", low: bound(low), high: bound(high) }),
  );
  if (summary.slices.length) {
    showSlices(byId("slices"), summary, (column, value) => report.change({ view: "segments", slices: { ...report.state.slices, [column]: value } }));
  }
  showRelations(report, summary);
  for (const link of document.querySelectorAll("[data-view]")) {
    link.addEventListener("click", () => report.change({ view: link.getAttribute("data-view") ?? "overview" }));
  }
  const bases = ["", ...(summary.changes ? ["o:"] : []), ...store.references.map((_, index) => `r:${index}`), ...store.systems.map((name) => `s:${name}`)];
  listen({ view: report.view, state: () => report.state, change: (change) => report.change(change), bases, desk: report.desk });
  await load(store, report.view);
  report.analyse();
  document.documentElement.setAttribute("data-loaded", "");
}

/** Findings, agreement and length, for runs that have them. @param {Report} report @param {Summary} summary */
function showRelations(report, summary) {
  const { store } = report.view;
  const list = (/** @type {Partial<State>} */ filter) => report.change({ view: "segments", ...filter });
  if (store.findings.checks.length) {
    showFindings(byId("findings"), store, (finding, severity, findingSystem) => list({ finding, severity, findingSystem }));
  }
  if (store.metrics.length > 1) {
    showAgreement(byId("agreement"), summary, (system, xMetric, yMetric) => {
      report.change({ xSystem: system, ySystem: system, xMetric, yMetric, ...NO_BOX });
      byId("scatter-heading").scrollIntoView();
    });
  }
  if (summary.lengths.length > 1) {
    showLengths(byId("lengths"), summary, (shortest, longest) => list({ shortest: String(shortest), longest: String(longest) }));
  }
}

/** @param {number} value */
function bound(value) {
  return Number.isFinite(value) ? String(value) : "";
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
