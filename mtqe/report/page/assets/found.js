import { severityMark } from "./badges.js";
import { h, plural, thousands } from "./dom.js";
import { ANY, SEVERITIES } from "./findings.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./findings.js").Findings} Findings */
/** The system is "" for all, `ANY` for the test set. @typedef {(check: string, severity: string, system: string) => void} OnFindings */

/**
 * How many findings each check gave on the test set and on each system; each count lists its segments.
 *
 * @param {HTMLElement} parent
 * @param {Store} store
 * @param {OnFindings} onFindings
 */
export function showFindings(parent, store, onFindings) {
  const { findings } = store;
  if (!findings.count) {
    parent.replaceChildren(h("p", {}, `${plural(findings.checks.length, "check")} found nothing: ${findings.checks.join(", ")}.`));
    return;
  }
  const subjects = [{ name: "Test set", index: -1 }, ...store.systems.map((name, index) => ({ name, index }))];
  const found = findings.checks.filter((check) => subjects.some(({ index }) => findings.counts(check, index).some(Boolean)));
  const silent = findings.checks.filter((check) => !found.includes(check));
  const head = h("tr", {}, h("th", { scope: "col" }, "Check"), ...subjects.map(({ name }) => h("th", { scope: "col" }, name)));
  const rows = found.map((check) =>
    h("tr", {}, h("th", { scope: "row" }, h("button", { type: "button", class: "link", onclick: () => onFindings(check, "", "") }, check)), ...subjects.map(({ name, index }) => countCell(findings.counts(check, index), check, index < 0 ? ANY : name, onFindings))),
  );
  const table = h("table", { class: "found-table" }, h("caption", { class: "unseen" }, "Findings by check"), h("thead", {}, head), h("tbody", {}, ...rows));
  parent.replaceChildren(
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Findings by check" }, table),
    ...(silent.length ? [h("p", { class: "hint" }, `Nothing found by ${silent.join(", ")}.`)] : []),
  );
}

/** @param {number[]} counts by severity @param {string} check @param {string} system @param {OnFindings} onFindings */
function countCell(counts, check, system, onFindings) {
  const items = counts.flatMap((count, severity) => {
    if (!count) return [];
    const whose = system === ANY ? "the test set" : system;
    const label = `${plural(count, `${SEVERITIES[severity]} finding`)} of ${check} in ${whose}`;
    return [h("button", { type: "button", class: "link tally", "aria-label": label, onclick: () => onFindings(check, SEVERITIES[severity], system) }, `${thousands(count)} `, severityMark(severity))];
  });
  return h("td", {}, ...(items.length ? items : [h("span", { class: "none" }, "–")]));
}
