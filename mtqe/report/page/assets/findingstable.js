import { severityMark } from "./badges.js";
import { h } from "./dom.js";
import { ANY, SEVERITIES } from "./findings.js";
import { say, thousands } from "./words.js";

/** @typedef {import("./store.js").Store} Store */
/** Which findings to list; the system is "" for all, `ANY` for the test set. @typedef {{ finding: string, severity: string, findingSystem: string, findingChange?: string }} FindingFilter */
/** @typedef {(filter: FindingFilter) => void} OnFindings */
/** A column: a check and one severity that it gave. @typedef {{ check: number, severity: number }} Column */
/** A row: the test set (-1) or a system, and what became of the findings it counts. @typedef {{ name: string, filter: string, system: number, fate: string }} Subject */

/**
 * How many findings each check gave on the test set and on each system; each count lists its
 * segments. Severities stand once, over the checks that gave them.
 *
 * @param {HTMLElement} parent
 * @param {Store} store
 * @param {OnFindings} onFindings
 */
export function showFindings(parent, store, onFindings) {
  const { findings } = store;
  if (!findings.count) {
    parent.replaceChildren(
      h("p", {}, say("findings.none", { count: findings.checks.length, checks: findings.checks.join(", ") })),
    );
    return;
  }
  const rows = subjects(store)
    .map((subject) => ({ subject, counts: findings.counts(subject.system, subject.fate) }))
    .filter(({ subject, counts }) => !subject.fate || totalOf(counts.flat()));
  const columns = SEVERITIES.flatMap((_, severity) =>
    findings.checks
      .map((_, check) => ({ check, severity }))
      .filter(({ check }) => rows.some(({ counts }) => counts[severity][check])),
  );
  const silent = findings.checks.filter((_, check) => !columns.some((column) => column.check === check));
  const body = rows.map(({ subject, counts }) => subjectRow(store, subject, counts, columns, onFindings));
  const own = rows.filter(({ subject }) => !subject.fate);
  const sums = columns.map(({ check, severity }) => totalOf(own.map(({ counts }) => counts[severity][check])));
  const foot = h(
    "tr",
    {},
    h("th", { scope: "row" }, say("findings.total")),
    ...sums.map((sum) => h("td", { class: "number" }, thousands(sum))),
    h("td", { class: "number" }, h("b", {}, thousands(totalOf(sums)))),
  );
  const table = h(
    "table",
    { class: "found-table" },
    h("caption", { class: "unseen" }, say("findings.caption")),
    h("thead", {}, ...heads(store, columns, onFindings)),
    h("tbody", {}, ...body),
    rows.length > 1 ? h("tfoot", {}, foot) : null,
  );
  parent.replaceChildren(
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("findings.caption") }, table),
    ...(silent.length ? [h("p", { class: "hint" }, say("findings.silent", { checks: silent.join(", ") }))] : []),
  );
}

/** @param {number[]} counts */
function totalOf(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The rows: the test set where it has findings, the systems, and what changed since the other run. @param {Store} store @returns {Subject[]} */
function subjects(store) {
  const whole = { name: say("findings.test-set"), filter: ANY, system: -1, fate: "" };
  const about = totalOf(store.findings.counts(-1).flat());
  const pairs = store.summary.changes?.pairs ?? [];
  return [
    ...(about ? [whole] : []),
    ...store.systems.map((name, system) => ({ name, filter: name, system, fate: "" })),
    ...pairs.flatMap(([newer, older]) => [
      {
        name: say("findings.new-in", { name: newer }),
        filter: newer,
        system: store.systems.indexOf(newer),
        fate: "new",
      },
      {
        name: say("findings.fixed-since", { name: older }),
        filter: older,
        system: store.systems.indexOf(older),
        fate: "fixed",
      },
    ]),
  ];
}

/** Severities over their checks. @param {Store} store @param {Column[]} columns @param {OnFindings} onFindings */
function heads({ findings }, columns, onFindings) {
  const groups = SEVERITIES.map((_, severity) => ({
    severity,
    size: columns.filter((column) => column.severity === severity).length,
  })).filter(({ size }) => size);
  const checks = columns.map(({ check, severity }) => {
    const filter = { finding: findings.checks[check], severity: SEVERITIES[severity], findingSystem: "" };
    return h(
      "th",
      { scope: "col", class: "number" },
      h("button", { type: "button", class: "link", onclick: () => onFindings(filter) }, findings.checks[check]),
    );
  });
  return [
    h(
      "tr",
      {},
      h("td", {}),
      ...groups.map(({ severity, size }) => h("th", { scope: "colgroup", colspan: size }, severityMark(severity))),
      h("td", {}),
    ),
    h(
      "tr",
      {},
      h("th", { scope: "col" }, say("system")),
      ...checks,
      h("th", { scope: "col", class: "number" }, say("findings.total")),
    ),
  ];
}

/** @param {Store} store @param {Subject} subject @param {number[][]} counts @param {Column[]} columns @param {OnFindings} onFindings */
function subjectRow({ findings }, { name, filter, fate }, counts, columns, onFindings) {
  const list = (/** @type {string} */ finding, /** @type {string} */ severity) =>
    onFindings({ finding, severity, findingSystem: filter, findingChange: fate });
  const cells = columns.map(({ check, severity }) => {
    const count = counts[severity][check];
    if (!count) return h("td", { class: "number none" }, "–");
    const words = { count, severity: say(`severity.${SEVERITIES[severity]}`), check: findings.checks[check], name };
    const onclick = () => list(findings.checks[check], SEVERITIES[severity]);
    return h(
      "td",
      { class: "number" },
      h(
        "button",
        { type: "button", class: "link", "aria-label": say("findings.of", words), onclick },
        thousands(count),
      ),
    );
  });
  const all = totalOf(counts.flat());
  const button = h(
    "button",
    {
      type: "button",
      class: "link",
      onclick: () => list(ANY, ""),
      "aria-label": say("findings.all-of", { count: all, name }),
    },
    thousands(all),
  );
  return h(
    "tr",
    { class: fate || null },
    h("th", { scope: "row" }, name),
    ...cells,
    h("td", { class: "number" }, all ? button : h("span", { class: "none" }, "–")),
  );
}
