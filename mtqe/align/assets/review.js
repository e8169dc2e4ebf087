"use strict";

// The pairs as reviewed so far. A pair's spans are unit numbers, [first, after the last].
const data = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("pairs");
const filter = document.getElementById("filter");
let pairs = data.pairs.map(([source, target, confidence, cost, reason]) => ({
  source, target, confidence, cost, reason, confirmed: false,
}));

const kept = (pair) => pair.reason === null;
const units = (side, span) => data[side].slice(span[0], span[1]);
const joint = (side) => data.joints[side === "source" ? 0 : 1];
const text = (side, span) => units(side, span).map((unit) => unit[0]).join(joint(side));

function place(side, span) {
  const all = units(side, span).map((unit) => unit[1]);
  return all.length > 1 ? `${all[0]}-${all[all.length - 1]}` : all[0] ?? "";
}

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  made.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function visible() {
  const shown = {
    kept: kept,
    doubtful: kept,
    dropped: (pair) => !kept(pair),
    all: () => true,
  }[filter.value];
  const chosen = pairs.filter(shown);
  if (filter.value === "doubtful") chosen.sort((a, b) => a.confidence - b.confidence);
  return chosen;
}

function textCell(pair, side) {
  const cell = element("p", [], { class: "text", dir: "auto", lang: list.dataset[side] });
  units(side, pair[side]).forEach((unit, index) => {
    if (index) cell.append(joint(side));
    cell.append(element("span", unit[0], { class: "unit" }));
  });
  return cell;
}

function action(label, pair, act) {
  const button = element("button", label, { type: "button" });
  button.addEventListener("click", () => change(pair, act));
  return button;
}

function about(pair) {
  const places = `${place("source", pair.source)} | ${place("target", pair.target)}`;
  const facts = [`confidence ${pair.confidence.toFixed(2)}, at ${places}`];
  if (!kept(pair)) facts.push(data.reasons[pair.reason] ?? "dropped by hand");
  if (pair.confirmed) facts.push("confirmed");
  const buttons = [
    action("confirm", pair, confirmPair), action(kept(pair) ? "drop" : "keep", pair, toggle),
    action("merge", pair, merge),
  ];
  if (canSplit(pair)) buttons.push(action("split", pair, split));
  return element("div", [element("p", facts.join("; ")), ...buttons], { class: "about" });
}

function card(pair) {
  const classes = [kept(pair) ? "" : "dropped", pair.confirmed ? "confirmed" : ""].join(" ");
  const cells = [textCell(pair, "source"), textCell(pair, "target"), about(pair)];
  const made = element("article", cells, { class: classes, tabindex: "-1" });
  made.pair = pair;
  return made;
}

function show() {
  list.replaceChildren(...visible().map(card));
  summarize();
}

function summarize() {
  const count = pairs.filter(kept).length;
  const confirmed = pairs.filter((pair) => pair.confirmed).length;
  document.getElementById("summary").textContent =
    `${count} pairs kept, ${pairs.length - count} left out, ${confirmed} confirmed; ` +
    `${data.source.length} source and ${data.target.length} target units`;
}

// What can be done to a pair; each gives the pair that has the focus afterwards.
function confirmPair(pair) {
  pair.confirmed = true;
  pair.reason = null;
  return pair;
}

function toggle(pair) {
  pair.reason = kept(pair) ? "by hand" : null;
  pair.confirmed = false;
  return pair;
}

// The next pair in the document that is kept; what lies between the two is taken in.
function merge(pair) {
  const following = pairs.slice(pairs.indexOf(pair) + 1).find(
    (other) => kept(other) && other.source[0] >= pair.source[1] && other.target[0] >= pair.target[1]
  );
  if (!following) return pair;
  pair.source = [pair.source[0], following.source[1]];
  pair.target = [pair.target[0], following.target[1]];
  pair.confidence = Math.min(pair.confidence, following.confidence);
  pair.cost = null;
  pairs = pairs.filter((other) => other !== following);
  return pair;
}

const canSplit = (pair) => ["source", "target"].every((side) => pair[side][1] - pair[side][0] > 1);

// Splits off the first unit of each side.
function split(pair) {
  if (!canSplit(pair)) return pair;
  const ends = [pair.source[0] + 1, pair.target[0] + 1];
  const rest = { ...pair, source: [ends[0], pair.source[1]], target: [ends[1], pair.target[1]] };
  pair.source = [pair.source[0], ends[0]];
  pair.target = [pair.target[0], ends[1]];
  pair.cost = rest.cost = null;
  pairs.splice(pairs.indexOf(pair) + 1, 0, rest);
  return pair;
}

function change(pair, act) {
  const index = [...list.children].findIndex((other) => other.pair === pair);
  const focus = act(pair);
  show();
  const cards = [...list.children];
  const next = cards.find((other) => other.pair === focus) ?? cards[Math.min(index, cards.length - 1)];
  next?.focus();
}

function exportTable() {
  const rows = pairs.filter(kept).map((pair) => [
    text("source", pair.source), text("target", pair.target), pair.confidence.toFixed(4),
    pair.cost === null ? "" : pair.cost.toFixed(4),
    place("source", pair.source), place("target", pair.target),
  ]);
  const lines = [data.columns, ...rows].map((row) => row.join("\t") + "\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(lines, { type: "text/tab-separated-values" }));
  link.download = "pairs.tsv";
  link.click();
  URL.revokeObjectURL(link.href);
}

const ACTIONS = { c: confirmPair, d: toggle, m: merge, s: split };

function move(step) {
  const cards = [...list.children];
  const index = cards.indexOf(document.activeElement?.closest("article"));
  const next = cards[Math.max(0, Math.min(cards.length - 1, index + step))];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === filter) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else {
    const active = document.activeElement?.closest("article");
    if (active && ACTIONS[event.key]) change(active.pair, ACTIONS[event.key]);
    else return;
  }
  event.preventDefault();
});
filter.addEventListener("change", show);
document.getElementById("export").addEventListener("click", exportTable);
show();
