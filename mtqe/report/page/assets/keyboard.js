import { isBlind } from "./card.js";
import { byId } from "./dom.js";

/** @typedef {import("./segments.js").SegmentsView} SegmentsView */
/** @typedef {import("./state.js").State} State */

/** @typedef {object} Keys
 * @property {SegmentsView} view
 * @property {() => State} state
 * @property {(change: Partial<State>) => void} change
 * @property {string[]} bases what texts can be compared with
 * @property {import("./reviewpanel.js").ReviewPanel} reviewPanel
 */

/**
 * Listen for the report's keys, as long as the reader has them switched on.
 *
 * @param {Keys} keys
 */
export function listen(keys) {
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  const enabled = /** @type {HTMLInputElement} */ (byId("shortcuts"));
  byId("help-button").addEventListener("click", () => help.showModal());
  const actions = actionsOf(keys, help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || !enabled.checked)
      return;
    if (isTyping(event)) return;
    const action = actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Keys belong to the control that has the focus. Escape leaves a text field. @param {KeyboardEvent} event */
function isTyping(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  const field = target.matches("input:not([type=checkbox]), select, textarea");
  if (field && event.key === "Escape") target.blur();
  return field || (target.matches("summary, button, input, .scroll") && event.key.length > 1);
}

/** @param {Keys} keys @param {HTMLDialogElement} help @returns {Map<string, () => void>} */
function actionsOf({ view, state, change, bases, reviewPanel }, help) {
  const inSegments = (/** @type {() => void} */ action) => () => {
    if (state().view !== "segments") change({ view: "segments" });
    action();
  };
  const compare = (/** @type {number} */ step) => () => {
    if (isBlind(state())) return;
    const at = bases.indexOf(state().diff) + step;
    change({ diff: bases[(at + bases.length) % bases.length] });
  };
  const onlySegments = (/** @type {() => void} */ action) => () => {
    if (state().view === "segments") action();
  };
  const reviewing = (/** @type {() => void} */ action) => () => {
    if (state().view === "segments" && state().review) action();
  };
  const next = inSegments(() => view.move(1));
  const previous = inSegments(() => view.move(-1));
  return new Map([
    ["j", next],
    ["k", previous],
    ["ArrowDown", onlySegments(() => view.move(1))],
    ["ArrowUp", onlySegments(() => view.move(-1))],
    ["n", inSegments(() => view.moveDocument(1))],
    ["p", inSegments(() => view.moveDocument(-1))],
    ["Home", onlySegments(() => view.goTo(0))],
    ["End", onlySegments(() => view.goTo(view.rows.length - 1))],
    ["ArrowRight", onlySegments(compare(1))],
    ["ArrowLeft", onlySegments(compare(-1))],
    ["/", inSegments(() => view.controls.search.querySelector("input")?.focus())],
    ["i", onlySegments(() => change({ invisible: !state().invisible }))],
    ["m", onlySegments(() => view.ngramsOfCurrent())],
    ["r", inSegments(() => reviewPanel.toggle())],
    ["1", reviewing(() => reviewPanel.mark("ok"))],
    ["2", reviewing(() => reviewPanel.mark("unsure"))],
    ["3", reviewing(() => reviewPanel.mark("problem"))],
    ["0", reviewing(() => reviewPanel.mark(""))],
    ["e", reviewing(() => reviewPanel.label())],
    ["a", reviewing(() => reviewPanel.note())],
    ["u", reviewing(() => reviewPanel.nextUnmarked())],
    ["c", onlySegments(() => view.copyLink())],
    ["g", inSegments(() => byId("go-to-id").focus())],
    ["o", () => change({ view: "overview" })],
    ["?", () => help.showModal()],
  ]);
}
