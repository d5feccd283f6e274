/** Says where in the queue a training is, and counts the seconds that the server expects. */

import { words } from "./words.js";

const SECOND_MS = 1000;

export class WaitView {
  #timer = null;
  /** What the server said last, and when. @type {{place?: number, seconds: number, time_ms: number}?} */
  #state = null;

  /**
   * @param {HTMLElement} target
   * @param {(sentence: string) => void} announce to screen readers, not every second
   * @param {() => number} now in milliseconds
   */
  constructor(target, announce, now = () => performance.now()) {
    Object.assign(this, { target, announce, now });
  }

  begin() {
    this.#state = null;
    this.#timer ??= setInterval(() => this.#show(), SECOND_MS);
    this.#show();
    this.announce(words.waiting.training);
  }

  /** @param {{place?: number, seconds: number}} state see requestTraining */
  update(state) {
    const isNew = state.place !== this.#state?.place;
    this.#state = { ...state, time_ms: this.now() };
    this.#show();
    if (isNew) this.announce(this.target.textContent);
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #show() {
    this.target.textContent = this.#state ? this.#waiting(this.#state) : words.waiting.training;
  }

  /** The first of the queue trains when its seconds are over: its request is then answered with the run. */
  #waiting({ place, seconds, time_ms }) {
    const left = Math.ceil(seconds - (this.now() - time_ms) / SECOND_MS);
    if (place === 1 && left <= 0) return words.waiting.training;
    const shown = Math.max(left, 1);
    return place === undefined ? words.waiting.busy(shown) : words.waiting.place(place, shown);
  }
}
