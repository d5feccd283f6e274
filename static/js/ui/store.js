/**
 * What a page keeps: states to undo and redo, and values in this tab of the browser, over a reload, until the tab is closed. On
 * a machine that a class shares the next pupil does not find them, as they would be in localStorage or IndexedDB.
 */

/** The states of a value that is replaced and never changed. @template State */
export class History {
  #states;
  #place;

  /** @param {State[]} states at least one @param {number} [place] of the present one */
  constructor(states, place = states.length - 1) {
    this.#states = states;
    this.#place = place;
  }

  /** All states, and the place of the present one. @returns {{states: State[], place: number}} */
  get all() {
    return { states: this.#states, place: this.#place };
  }

  get present() {
    return this.#states[this.#place];
  }

  get canUndo() {
    return this.#place > 0;
  }

  get canRedo() {
    return this.#place < this.#states.length - 1;
  }

  /** Adds a state after the present one; the states that were undone are dropped. @param {State} state */
  add(state) {
    this.#states = [...this.#states.slice(0, this.#place + 1), state];
    this.#place += 1;
  }

  undo() {
    if (this.canUndo) this.#place -= 1;
  }

  redo() {
    if (this.canRedo) this.#place += 1;
  }
}

/** @returns {any} null where nothing is kept, or no JSON, or where the browser forbids storage */
export function loadFromTab(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

/** @param {any} value undefined to forget it @returns {boolean} false where storage is full or forbidden: a reload loses it */
export function keepInTab(key, value) {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps the first of what takes less and less room for which there is room.
 * @param {Iterable<any>} lessAndLess all of it, then less @param {number} spare characters of room that are left for what else is kept
 * @returns {"all" | "some" | "none"} how much is kept
 */
export function keepWhatFits(key, lessAndLess, spare = 0) {
  let kept = "all";
  for (const value of lessAndLess) {
    const json = JSON.stringify(value);
    try {
      sessionStorage.setItem(key, json + " ".repeat(spare));
      sessionStorage.setItem(key, json);
      return kept;
    } catch (error) {
      if (error.name !== "QuotaExceededError") break; // the browser forbids it
      kept = "some";
    }
  }
  keepInTab(key, undefined);
  return "none";
}
