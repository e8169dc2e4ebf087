import { readFileSync } from "node:fs";
import { useWords } from "../../../../mtqe/report/page/assets/words.js";
import { Store } from "../../../../mtqe/report/page/assets/store.js";

const table = new URL("../../../../mtqe/report/page/words/en.json", import.meta.url);
useWords("en", Object.entries(JSON.parse(readFileSync(table, "utf-8"))));

const metric = (name, higher) => ({ name, label: name.toUpperCase(), higher_is_better: higher, decimals: 1 });

/** Four segments, two systems, two metrics; system B has no translation of the third segment; checks found
 * something in the first, the second and, about its source, the fourth. */
export function store(systems = ["A", "B"], metadata = ["domain"], news = "news") {
  const filled = new Store({
    manifest: {
      metrics: [metric("bleu", true), metric("ter", false)],
      systems: systems.map((name) => ({ name })),
      corpus: { source_language: "en", target_language: "es" },
    },
    slices: [],
    findings: {
      checks: ["numbers", "empty"],
      segment: [3, 0, 1, 0],
      system: [-1, 0, 1, 0],
      check: [1, 0, 0, 1],
      severity: [2, 0, 1, 2],
      message: ["none", "4 differs", "5 differs", "nothing there"],
      spans: [[["source", 0, 2]], [["hypothesis", 0, 1]], [], []],
    },
    segments: { count: 4, references: 1, metadata },
  });
  filled.append({
    ids: ["s1", "s2"],
    places: ["line 1", null],
    documents: ["d1", "d1"],
    metadata: [[news, "legal"]],
    sources: ["Hello", "The cat"],
    references: [["Hola", "El gato"]],
    hypotheses: [
      ["Hola", "El Gato"],
      ["Buenas", "gato"],
    ],
    failures: [{}, {}],
    scores: [
      [
        [90, 50],
        [0, 40],
      ],
      [
        [10, 60],
        [90, 30],
      ],
    ],
  });
  filled.append({
    ids: ["s3", "s4"],
    places: [null, null],
    documents: [null, "d2"],
    metadata: [[news, null]],
    sources: ["Price: $4.00 (net)", "Ça va"],
    references: [["4,00 $", null]],
    hypotheses: [
      ["4 dólares", "Está bien"],
      [null, "Va"],
    ],
    failures: [{}, { 0: "timed out" }],
    scores: [
      [
        [50, null],
        [20, null],
      ],
      [
        [null, null],
        [null, null],
      ],
    ],
  });
  return filled;
}
