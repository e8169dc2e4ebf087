/** @typedef {import("./store.js").FindingColumns} FindingColumns */

/** Severities by number, the gravest first. */
export const SEVERITIES = ["critical", "major", "minor"];

/** What became of a finding between two runs. */
export const FATES = ["", "new", "fixed"];

/** Stands for any check, or for the test set's own findings; no check or system is called that. */
export const ANY = "*";

/**
 * One finding; `system` is -1 where it is about the test set itself.
 *
 * @typedef {{ row: number, system: number, check: string, severity: number, message: string,
 *   spans: [string, number, number][] }} Finding
 */

/** What the checks found, by segment. */
export class Findings {
  /** @param {FindingColumns | undefined} columns @param {number} size how many segments there are */
  constructor(columns, size) {
    this.columns = columns ?? { checks: [], segment: [], system: [], check: [], severity: [], message: [], spans: [] };
    this.checks = this.columns.checks;
    this.count = this.columns.segment.length;
    /** Where each segment's findings begin in `order`, and at the end where they stop. */
    this.starts = new Uint32Array(size + 1);
    for (const row of this.columns.segment) this.starts[row + 1] += 1;
    for (let row = 0; row < size; row += 1) this.starts[row + 1] += this.starts[row];
    this.order = this.#placed(size);
    /** By finding its place in `FATES`; all zero in a page of one run. */
    this.fates = new Uint8Array(this.count);
  }

  /**
   * Tell which findings are new and which are fixed: those whose check found nothing in the same
   * segment of the same system in the other run.
   *
   * @param {[number, number][]} pairs a system in the newer and in the older run
   */
  compare(pairs) {
    const { segment, system, check } = this.columns;
    const others = new Map(
      pairs.flatMap(([newer, older]) => [/** @type {const} */ ([newer, older]), /** @type {const} */ ([older, newer])]),
    );
    const newer = new Set(pairs.map(([first]) => first));
    const place = (/** @type {number} */ whose, /** @type {number} */ index) =>
      `${whose}/${segment[index]}/${check[index]}`;
    const there = new Set(segment.map((_, index) => place(system[index], index)));
    for (let index = 0; index < this.count; index += 1) {
      const other = others.get(system[index]);
      if (other === undefined || there.has(place(other, index))) continue;
      this.fates[index] = FATES.indexOf(newer.has(system[index]) ? "new" : "fixed");
    }
  }

  /** How many findings a segment has. @param {number} row */
  countOf(row) {
    return this.starts[row + 1] - this.starts[row];
  }

  /** Findings in the order of their segments. @param {number} size */
  #placed(size) {
    const next = this.starts.slice(0, size);
    const order = new Uint32Array(this.count);
    this.columns.segment.forEach((row, index) => (order[next[row]++] = index));
    return order;
  }

  /** The findings on a segment. @param {number} row @returns {Finding[]} */
  of(row) {
    const { system, check, severity, message, spans } = this.columns;
    return Array.from(this.order.subarray(this.starts[row], this.starts[row + 1]), (index) => ({
      row,
      system: system[index],
      check: this.checks[check[index]],
      severity: severity[index],
      message: message[index],
      spans: spans[index],
    }));
  }

  /**
   * How grave a segment's findings are, for sorting: the gravest one's severity counts, then how
   * many there are. NaN where nothing was found.
   *
   * @param {number} row
   * @returns {number} the lower the graver
   */
  gravity(row) {
    const found = this.order.subarray(this.starts[row], this.starts[row + 1]);
    if (!found.length) return NaN;
    let gravest = SEVERITIES.length;
    for (const index of found) gravest = Math.min(gravest, this.columns.severity[index]);
    return gravest - found.length / (this.count + 1);
  }

  /**
   * Marks the segments with a finding that is asked for.
   *
   * @param {string} check `ANY` or a check's name
   * @param {string} severity "" or the least grave one that counts
   * @param {number | null} system null for any, -1 for the test set
   * @param {string} [fate] of `FATES`; "" for any
   * @returns {Uint8Array} 1 where there is one
   */
  marked(check, severity, system, fate = "") {
    const marks = new Uint8Array(this.starts.length - 1);
    const limit = severity ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
    const wanted = check === ANY ? -1 : this.checks.indexOf(check);
    const { columns } = this;
    for (let index = 0; index < this.count; index += 1) {
      if (check !== ANY && columns.check[index] !== wanted) continue;
      if (columns.severity[index] > limit) continue;
      if (fate && FATES[this.fates[index]] !== fate) continue;
      if (system === null || columns.system[index] === system) marks[columns.segment[index]] = 1;
    }
    return marks;
  }

  /**
   * How many findings each check gave on a system.
   *
   * @param {number} system -1 for the test set
   * @param {string} [fate] of `FATES`; "" for any
   * @returns {number[][]} by severity, then check
   */
  counts(system, fate = "") {
    const counts = SEVERITIES.map(() => this.checks.map(() => 0));
    const { columns } = this;
    for (let index = 0; index < this.count; index += 1) {
      if (columns.system[index] !== system || (fate && FATES[this.fates[index]] !== fate)) continue;
      counts[columns.severity[index]][columns.check[index]] += 1;
    }
    return counts;
  }
}
