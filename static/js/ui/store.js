/** Undo and redo: the states of a value that is replaced and never changed. */

/** @template State */
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

  /** @returns {State} */
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
