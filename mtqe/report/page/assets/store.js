import { Findings } from "./findings.js";
import { Spans } from "./spans.js";
import { say } from "./words.js";

/**
 * @typedef {{ name: string, label: string, signature: string, higher_is_better: boolean,
 *   range: [number | null, number | null], decimals: number, notes: string[] }} MetricInfo
 * @typedef {{ metric: string, score: number | null, segments: number, unscored: number }} Score
 * @typedef {{ name: string, failures: number, scores: Score[] }} SystemInfo
 * @typedef {{ system: string, counts: number[], quartiles: [number, number, number] | null,
 *   scored: number }} Distribution
 * @typedef {{ metric: string, edges: number[], open_below: boolean, open_above: boolean,
 *   distributions: Distribution[] }} Histogram
 * @typedef {{ system: string, metric: string, mean: number | null, scored: number }} SliceMean
 * @typedef {{ value: string, segments: number, means: SliceMean[] }} Slice
 * @typedef {{ column: string, slices: Slice[] }} SliceTable
 * @typedef {{ system: string, first: string, second: string, pearson: number | null,
 *   kendall: number | null, segments: number }} Agreement
 * @typedef {{ system: string, metric: string, mean: number | null, low: number | null,
 *   high: number | null, scored: number }} LengthMean
 * @typedef {{ shortest: number, longest: number, segments: number, means: LengthMean[] }} LengthBucket
 * @typedef {{ checks: string[], segment: number[], system: number[], check: number[],
 *   severity: number[], message: string[], spans: [string, number, number][][] }} FindingColumns
 * @typedef {{ origins: { name: string, kind: string, label: string }[], categories: string[],
 *   explanations: string[], origin: number[], segment: number[], system: number[], side: number[],
 *   start: number[], end: number[], category: number[], severity: number[],
 *   confidence: (number | null)[], explanation: number[] }} SpanColumns
 * @typedef {{ id: string, metrics: MetricInfo[], systems: SystemInfo[],
 *   corpus: { name: string, source_language: string, target_language: string, hash: string } }} Manifest
 * @typedef {{ manifest: Manifest, histograms: Histogram[], slices: SliceTable[], omitted: number,
 *   agreement: Agreement[], lengths: LengthBucket[], findings?: FindingColumns, spans?: SpanColumns,
 *   comparison?: ComparisonPanel | null, language: string, words: { [key: string]: import("./words.js").Words },
 *   changes?: { new: string, old: string, pairs: [string, string][] } | null,
 *   segments: { count: number, references: number, metadata: string[] } }} Summary
 * @typedef {{ system: string, baseline: string, difference: number, p: number, better: boolean | null,
 *   significant: boolean }} PairTest
 * @typedef {PairTest & { low: number | null, high: number | null, wins: number, ties: number,
 *   losses: number }} PairedDifference
 * @typedef {{ metric: string, segments: number, order: string[], differences: PairedDifference[],
 *   pairs: PairTest[] }} MetricPanel
 * @typedef {{ leading: string | null, metrics: MetricPanel[], markdown: string, latex: string }} ComparisonPanel
 * @typedef {(string | null)[]} Texts
 * @typedef {{ ids: string[], places: Texts, documents: Texts, metadata: Texts[], sources: string[],
 *   references: Texts[], hypotheses: Texts[], failures: Record<string, string>[],
 *   scores: (number | null)[][][] }} Block
 */

/**
 * Unpack what `mtqe.report.page.payload.pack` packed.
 *
 * @param {string} packed base64 of gzip of JSON
 * @returns {Promise<any>}
 */
export async function unpack(packed) {
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** The segments of a run, column by column, filled block by block. */
export class Store {
  /** @param {Summary} summary */
  constructor(summary) {
    const { manifest, segments } = summary;
    this.summary = summary;
    this.metrics = manifest.metrics;
    this.systems = manifest.systems.map((system) => system.name);
    /** Of each system the same one in the other run; -1 for none. */
    this.counterparts = this.systems.map((name) =>
      this.systems.indexOf(counterpart(summary.changes?.pairs ?? [], name)),
    );
    this.sourceLanguage = manifest.corpus.source_language;
    this.targetLanguage = manifest.corpus.target_language;
    this.count = segments.count;
    this.findings = new Findings(summary.findings, segments.count);
    this.findings.compare(
      (summary.changes?.pairs ?? []).map(([newer, older]) => [
        this.systems.indexOf(newer),
        this.systems.indexOf(older),
      ]),
    );
    this.spans = new Spans(summary.spans, this.findings, segments.count, say("spans.checks"));
    this.loaded = 0;
    this.metadataNames = segments.metadata;
    /** @type {string[]} */
    this.ids = [];
    /** @type {Texts} */
    this.places = [];
    /** @type {Texts} */
    this.documents = [];
    /** @type {string[]} */
    this.sources = [];
    /** Of the sources, in characters. */
    this.lengths = new Uint32Array(segments.count);
    this.metadata = segments.metadata.map(() => /** @type {Texts} */ ([]));
    this.references = Array.from({ length: segments.references }, () => /** @type {Texts} */ ([]));
    this.hypotheses = this.systems.map(() => /** @type {Texts} */ ([]));
    this.failures = this.systems.map(() => /** @type {Map<number, string>} */ (new Map()));
    this.scores = this.systems.map(() => this.metrics.map(() => new Float64Array(segments.count).fill(NaN)));
  }

  /** @param {Block} block the next one */
  append(block) {
    const start = this.loaded;
    block.sources.forEach((text, row) => (this.lengths[start + row] = characters(text)));
    extend(this.ids, block.ids);
    extend(this.places, block.places);
    extend(this.documents, block.documents);
    extend(this.sources, block.sources);
    block.metadata.forEach((column, index) => extend(this.metadata[index], column));
    block.references.forEach((column, index) => extend(this.references[index], column));
    block.hypotheses.forEach((column, index) => extend(this.hypotheses[index], column));
    block.failures.forEach((reasons, system) => {
      for (const [row, reason] of Object.entries(reasons)) this.failures[system].set(start + Number(row), reason);
    });
    block.scores.forEach((columns, system) =>
      columns.forEach((column, metric) => this.#setScores(system, metric, column, start)),
    );
    this.loaded += block.ids.length;
  }

  /** @param {number} system @param {number} metric @param {(number | null)[]} column @param {number} start */
  #setScores(system, metric, column, start) {
    const target = this.scores[system][metric];
    column.forEach((score, row) => {
      if (score !== null) target[start + row] = score;
    });
  }

  /** @param {string} name @returns {number} -1 where there is no such metric */
  metricIndex(name) {
    return this.metrics.findIndex((metric) => metric.name === name);
  }
}

/** @param {[string, string][]} pairs @param {string} name */
function counterpart(pairs, name) {
  const pair = pairs.find((both) => both.includes(name)) ?? [];
  return pair.find((other) => other !== name) ?? "";
}

/** How many Unicode code points a text has. @param {string} text */
function characters(text) {
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g);
  return text.length - (pairs ? pairs.length : 0);
}

/** @template T @param {T[]} target @param {T[]} items */
function extend(target, items) {
  for (const item of items) target.push(item);
}
