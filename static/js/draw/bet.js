/**
 * Bet first: the answer stays hidden until somebody has chosen a digit, or "no digit". The state is in the address, the
 * tally in this tab.
 */

import { inAddress, storeInAddress } from "../state.js";
import { partsOf, write } from "../ui/dom.js";
import { keepInTab, loadFromTab } from "../ui/store.js";
import { translate } from "../ui/translate.js";

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
 * @param {import("../server/api_client.js").Answer} answer
 * @returns {Guess | undefined} what was read as one digit; undefined for several, on which there is no bet
 */
export function readingOf({ digits }) {
  if (digits.length !== 1) return undefined;
  return digits[0].doubt === "not_a_digit" ? null : digits[0].digit;
}

/** @param {string} text "0" to "9" or "none" @returns {Guess} */
export const guessOf = (text) => (text === "none" ? null : Number(text));

/** @typedef {Record<string, boolean>} Score by the name of each who guessed: whether it was right */

export class Tally {
  /** @type {Score[]} */
  #scores;

  /** @param {string} key under which the tab keeps it */
  constructor(key) {
    this.key = key;
    const kept = loadFromTab(key);
    this.#scores = Array.isArray(kept) ? kept.filter((score) => score !== null && typeof score === "object") : [];
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
    keepInTab(this.key, scores);
  }
}

const named = (guess) => (guess === null ? translate("no digit") : String(guess));

const words = {
  placed: (bet) => translate("You chose: {bet}. The network’s answer is coming.", { bet: named(bet) }),

  /** @param {Round} round @param {Guess | undefined} truth if it is known */
  result({ bet, reading }, truth) {
    const values = { bet: named(bet), reading: named(reading) };
    return truth === undefined
      ? translate("You: {bet}. The network: {reading}.", values)
      : translate("You: {bet}. The network: {reading}. It was: {truth}.", { ...values, truth: named(truth) });
  },

  tally: (tally) =>
    translate("Right: you {class}, the network {network} of {count}", {
      class: tally.right("class"),
      network: tally.right("network"),
      count: tally.count,
    }),
  noBets: translate("No bet yet."),
  severalDigits: translate("You can only bet on a single digit."),
};

/**
 * Bet first: the answer stays hidden until somebody has chosen a digit, or "no digit". The state is in the address, the
 * tally in this tab.
 */

const TALLY_KEY = "inkling-bets";
const NO_DIGIT_KEY = "x";
const OWN_KEYS = ["input", "select", "textarea", "dialog"]; // what uses these keys itself

export class Bet {
  #round = new Round();
  #tally = new Tally(TALLY_KEY);
  /** Shows what is hidden. @type {(() => void)?} */
  #reveal = null;
  /** Whether there is no bet on what is read: several digits, or a fault. */
  #isOpen = false;
  /** What has been counted of it. @type {Score?} */
  #score = null;
  #root = document.documentElement;

  /**
   * @param {{button: HTMLElement, bar: HTMLElement, choice: HTMLElement, result: HTMLElement}} parts begins and ends it;
   *   its tally; what is chosen from; what was chosen and what the network read
   * @param {{hasInput: () => boolean, truth: () => Guess | undefined, onChange: () => void,
   *   onPlaced: () => void}} page what of it the bet needs: whether there is something to read; what it shows, if that is
   *   known; what to do when the bet begins or ends, and when a choice has been made
   */
  constructor({ button, bar, choice, result }, page) {
    Object.assign(this, { button, bar, choice, result, page });
    this.part = partsOf(bar);
    button.addEventListener("click", () => this.#turn(!this.isOn));
    choice.addEventListener("click", ({ target }) => target.closest("button") && this.#place(guessOf(target.value)));
    this.part("judge").addEventListener("click", ({ target }) => target.closest("button") && this.#judge(target.value));
    this.part("reset").addEventListener("click", () => this.#reset());
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#root.toggleAttribute("data-bet", inAddress("bet"));
    this.#update();
  }

  get isOn() {
    return this.#root.hasAttribute("data-bet");
  }

  /** Another picture is to be read, or the same by another network: a new bet. */
  begin() {
    this.#round = new Round();
    this.#reveal = null;
    this.#isOpen = false;
    this.#score = null;
    this.#update();
  }

  /**
   * Shows an answer when there is a bet on it, or at once where none is needed.
   * @param {Guess | undefined} reading undefined for what there is no bet on
   * @param {boolean} isOutdated whether the drawing has changed since it was sent
   * @param {() => void} show
   */
  take(reading, isOutdated, show) {
    if (!this.isOn || this.#round.isSettled) {
      show();
      return;
    }
    if (isOutdated) return;
    this.#isOpen = reading === undefined;
    if (this.#isOpen) {
      show();
    } else {
      this.#round.take(reading);
      this.#reveal = show;
      this.#settle();
    }
    this.#update();
  }

  #turn(mustBet) {
    this.#root.toggleAttribute("data-bet", mustBet);
    storeInAddress({ bet: mustBet });
    this.begin();
    this.bar.scrollIntoView({ block: "nearest" }); // the button is below it on a phone
    this.page.onChange();
  }

  #press({ key, ctrlKey, metaKey, altKey, target }) {
    if (!this.#isChoosing || ctrlKey || metaKey || altKey || target.closest?.(OWN_KEYS.join())) return;
    if (/^[0-9]$/.test(key)) this.#place(Number(key));
    else if (key.toLowerCase() === NO_DIGIT_KEY) this.#place(null);
  }

  #place(bet) {
    if (!this.#isChoosing) return;
    this.#round.place(bet);
    this.#settle();
    this.#update();
  }

  /** Shows both guesses as soon as both are there. */
  #settle() {
    if (!this.#round.isSettled) return;
    const hadFocus = this.choice.contains(document.activeElement);
    const score = this.#round.score(this.page.truth());
    if (score) this.#count(score);
    this.#update();
    this.#reveal();
    if (hadFocus) this.page.onPlaced(); // the button that had it is hidden now
  }

  #judge(winner) {
    this.#count({ class: ["class", "both"].includes(winner), network: ["network", "both"].includes(winner) });
    this.#update();
  }

  #count(score) {
    if (this.#score) this.#tally.correct(score);
    else this.#tally.add(score);
    this.#score = score;
  }

  #reset() {
    this.#tally.reset();
    this.#score = null;
    this.#update();
  }

  get #isChoosing() {
    return this.isOn && this.page.hasInput() && !this.#isOpen && !this.#round.isSettled;
  }

  /** Shows who can have been right, and who is counted as that: what the picture shows is known to people alone. */
  #showJudges(mustShow) {
    const { bet, reading } = this.#round;
    const possible = bet === reading ? ["both", "neither"] : ["class", "network", "neither"];
    this.part("judge").hidden = !mustShow;
    for (const each of this.part("judge").querySelectorAll("button")) {
      each.hidden = !possible.includes(each.value);
      each.ariaPressed = String(each.value === winnerOf(this.#score));
    }
  }

  #update() {
    const { bet, isSettled } = this.#round;
    const truth = isSettled ? this.page.truth() : undefined;
    this.button.ariaPressed = String(this.isOn);
    this.bar.hidden = !this.isOn;
    this.#root.toggleAttribute("data-choosing", this.#isChoosing);
    this.choice.hidden = !this.#isChoosing;
    for (const each of this.choice.querySelectorAll("button")) {
      each.ariaPressed = String(bet !== undefined && guessOf(each.value) === bet);
    }
    write(this.choice.querySelector("[role=status]"), bet === undefined ? "" : words.placed(bet));
    const result = isSettled ? words.result(this.#round, truth) : "";
    write(this.result, this.isOn && this.#isOpen && this.page.hasInput() ? words.severalDigits : result);
    this.#showJudges(isSettled && truth === undefined);
    write(this.part("tally"), this.#tally.count > 0 ? words.tally(this.#tally) : words.noBets);
  }
}

/** @returns {string?} who was right, as the buttons name it; null before that is known */
function winnerOf(score) {
  if (!score) return null;
  if (score.class) return score.network ? "both" : "class";
  return score.network ? "network" : "neither";
}
