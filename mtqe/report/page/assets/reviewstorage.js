import { say } from "./words.js";

/** Keeps small values under names in the browser's storage, and knows what it could not keep. */
export class ReviewStorage {
  /**
   * @param {Storage | null} storage null where the browser allows none
   * @param {string} run whose review it is
   */
  constructor(storage, run) {
    this.storage = storage;
    this.prefix = `mtqe.review/${encodeURIComponent(run)}/`;
    /** @type {Map<string, unknown>} */
    this.pending = new Map();
    /** Whether all that is pending is in a file that the reviewer exported. */
    this.exported = true;
  }

  /** Why not everything is kept; "" while all is well. */
  get trouble() {
    if (!this.storage) return say("review.no-storage");
    return this.pending.size ? say("review.full-storage") : "";
  }

  /** Whether something would be lost with the page. */
  get unsaved() {
    return this.pending.size > 0 && !this.exported;
  }

  /** All that is kept, by name. @returns {Map<string, unknown>} */
  load() {
    const kept = new Map();
    const size = this.storage?.length ?? 0;
    for (let index = 0; index < size; index += 1) {
      const key = this.storage?.key(index) ?? "";
      if (key.startsWith(this.prefix))
        kept.set(key.slice(this.prefix.length), parse(this.storage?.getItem(key) ?? null));
    }
    return kept;
  }

  /** Keep a value, and whatever could not be kept before. @param {string} name @param {unknown} value null to forget it */
  save(name, value) {
    this.pending.delete(name);
    this.pending.set(name, value);
    this.exported = false;
    for (const [each, waiting] of this.pending) if (this.#store(this.prefix + each, waiting)) this.pending.delete(each);
  }

  /** Hear what another window keeps for the same run. @param {(name: string, value: unknown) => void} listener */
  follow(listener) {
    globalThis.addEventListener?.("storage", (event) => {
      const { key, newValue } = /** @type {StorageEvent} */ (event);
      if (key?.startsWith(this.prefix)) listener(key.slice(this.prefix.length), parse(newValue));
    });
  }

  /** @param {string} key @param {unknown} value @returns {boolean} whether it is kept */
  #store(key, value) {
    if (!this.storage) return false;
    try {
      if (value === null) this.storage.removeItem(key);
      else this.storage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {string | null} text */
function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** The browser's storage, or null where it allows none. @returns {Storage | null} */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
