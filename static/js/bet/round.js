/**
 * One bet on one picture: the class chooses before the network's reading is shown, in whichever order both arrive.
 *
 * A guess is a digit, or null for "no digit".
 *
 * @typedef {number?} Guess
 */

export class Round {
  /** What was chosen; undefined until then. @type {Guess | undefined} */
  bet = undefined;
  /** What the network read; undefined until it has. @type {Guess | undefined} */
  reading = undefined;

  /** Whether both are there: then both are shown, and nothing changes any more. */
  get isSettled() {
    return this.bet !== undefined && this.reading !== undefined;
  }

  /** @param {Guess} bet replaces an earlier one until the reading is there */
  place(bet) {
    if (!this.isSettled) this.bet = bet;
  }

  /** @param {Guess} reading replaces an earlier one until the bet is there: the picture may be read again */
  take(reading) {
    if (!this.isSettled) this.reading = reading;
  }

  /**
   * @param {Guess | undefined} truth what the picture shows, if that is known
   * @returns {{class: boolean, network: boolean}?} who was right; null where somebody has to say so. Where both agree and
   *   the truth is not known, both count as right.
   */
  score(truth) {
    if (truth !== undefined) return { class: this.bet === truth, network: this.reading === truth };
    return this.bet === this.reading ? { class: true, network: true } : null;
  }
}

/**
 * @param {import("../api.js").Answer} answer
 * @returns {Guess | undefined} what was read as one digit; undefined for several, on which there is no bet
 */
export function readingOf({ digits }) {
  if (digits.length !== 1) return undefined;
  return digits[0].doubt === "not_a_digit" ? null : digits[0].digit;
}

/** @param {string} text "0" to "9" or "none" @returns {Guess} */
export const guessOf = (text) => (text === "none" ? null : Number(text));
