/** Who was right how often: kept in this tab of the browser until it is closed, and nowhere else. */

/** @typedef {Record<string, boolean>} Score by the name of each who guessed: whether it was right */

export class Tally {
  /** @type {Score[]} */
  #scores;

  /** @param {string} key under which the tab keeps it */
  constructor(key) {
    this.key = key;
    this.#scores = load(key);
  }

  /** How many bets have been counted. */
  get count() {
    return this.#scores.length;
  }

  /** @param {string} name @returns {number} how often it was right */
  right(name) {
    return this.#scores.filter((score) => score[name] === true).length;
  }

  /** @param {Score} score of one bet */
  add(score) {
    this.#keep([...this.#scores, score]);
  }

  /** Replaces the score of the last bet. @param {Score} score */
  correct(score) {
    this.#keep([...this.#scores.slice(0, -1), score]);
  }

  reset() {
    this.#keep([]);
  }

  #keep(scores) {
    this.#scores = scores;
    try {
      sessionStorage.setItem(this.key, JSON.stringify(scores));
    } catch {
      // forbidden or full: the tally is then lost when the page is reloaded
    }
  }
}

/** @returns {Score[]} none where nothing is kept, or something else */
function load(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    return Array.isArray(kept) ? kept.filter((score) => score !== null && typeof score === "object") : [];
  } catch {
    return []; // the browser may forbid storage
  }
}
