/**
 * Bet first: the answer stays hidden until somebody has chosen a digit, or "no digit". The state is in the address, the
 * tally in this tab.
 */

import { storeInAddress } from "./state.js";
import { Round, guessOf } from "./bet/round.js";
import { Tally } from "./bet/tally.js";
import { words } from "./bet/words.js";

const QUERY = "bet";
const KEY = "inkling-bets";
const NO_DIGIT_KEY = "x";
const OWN_KEYS = ["input", "select", "textarea", "dialog"]; // what uses these keys itself

export class Bet {
  #round = new Round();
  #tally = new Tally(KEY);
  /** Shows what is hidden. @type {(() => void)?} */
  #reveal = null;
  /** Whether there is no bet on what is read: several digits, or a fault. */
  #isOpen = false;
  /** What has been counted of it. @type {import("./bet/tally.js").Score?} */
  #score = null;
  #root = document.documentElement;

  /**
   * @param {{button: HTMLElement, bar: HTMLElement, choice: HTMLElement, result: HTMLElement}} parts begins and ends it;
   *   its tally; what is chosen from; what was chosen and what the network read
   * @param {{hasInput: () => boolean, truth: () => import("./bet/round.js").Guess | undefined, onChange: () => void,
   *   onPlaced: () => void}} page what of it the bet needs: whether there is something to read; what it shows, if that is
   *   known; what to do when the bet begins or ends, and when a choice has been made
   */
  constructor({ button, bar, choice, result }, page) {
    Object.assign(this, { button, bar, choice, result, page });
    this.part = (name) => bar.querySelector(`[data-part="${name}"]`);
    button.addEventListener("click", () => this.#turn(!this.isOn));
    choice.addEventListener("click", ({ target }) => target.closest("button") && this.#place(guessOf(target.value)));
    this.part("judge").addEventListener("click", ({ target }) => target.closest("button") && this.#judge(target.value));
    this.part("reset").addEventListener("click", () => this.#reset());
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#root.toggleAttribute("data-bet", new URLSearchParams(location.search).has(QUERY));
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
   * @param {import("./bet/round.js").Guess | undefined} reading undefined for what there is no bet on
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
    storeInAddress({ [QUERY]: mustBet ? "" : null });
    this.begin();
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

/** Sets the text of a live region only when it changes, so that it is not read aloud again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
