/** Bets on an accuracy, which stays hidden until one is placed; all bets stay in a list. */

import { element } from "../ui/dom.js";
import { percent } from "../ui/format.js";
import { formatNumber, translate } from "../ui/translate.js";

export class AccuracyBet {
  /** What is bet on; an accuracy that is null comes later. @type {{subject: any, accuracy: number?}} */
  #asked = { subject: null, accuracy: 0 };
  /** Bets whose outcome is not known yet, and their items in the list. @type {{subject: any, bet: number, item: HTMLElement}[]} */
  #open = [];
  /** What is shown after the bet. @type {(() => void)?} */
  #reveal = null;
  /** The subjects whose accuracy is shown: a bet was placed on them. */
  #known = new Set();

  /** @param {HTMLElement} root @param {boolean} isOn whether bets are placed at all */
  constructor(root, isOn) {
    Object.assign(this, { root, isOn });
    this.part = (id) => root.querySelector(`#${id}`);
    this.slider = this.part("bet-percent");
    [this.label] = this.slider.labels;
    this.usualQuestion = this.label.textContent;
    this.slider.addEventListener("input", () => (this.part("bet-value").textContent = this.slider.value));
    this.part("bet-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#place();
    });
  }

  /** @param {any} subject of a bet @returns {boolean} whether its accuracy is to be hidden */
  hides = (subject) => this.isOn && !this.#known.has(subject);

  /**
   * @param {any} subject of the bet
   * @param {number?} accuracy 0..1; null while it is not known, then settle tells it
   * @param {() => void} reveal is called after the bet, or at once where none is needed
   * @param {string?} question in place of the usual one
   */
  ask(subject, accuracy, reveal, question = null) {
    this.#asked = { subject, accuracy };
    this.label.textContent = question ?? this.usualQuestion;
    this.#reveal = reveal;
    const isHidden = this.hides(subject);
    this.part("bet-form").hidden = !isHidden;
    if (isHidden) this.root.hidden = false;
    else reveal();
  }

  /** Tells the accuracy of a subject that was bet on before it was known. @param {any} subject @param {number} accuracy 0..1 */
  settle(subject, accuracy) {
    if (this.#asked.subject === subject) this.#asked.accuracy = accuracy;
    for (const open of this.#open) if (open.subject === subject) open.item.textContent = outcome(open.bet, accuracy);
    this.#open = this.#open.filter((open) => open.subject !== subject);
  }

  #place() {
    const { subject, accuracy } = this.#asked;
    const bet = Number(this.slider.value) / 100;
    const item = element("li", {}, accuracy === null ? translate("Bet: {bet}.", { bet: percent(bet, 0) }) : outcome(bet, accuracy));
    this.part("bets").append(item);
    if (accuracy === null) this.#open.push({ subject, bet, item });
    this.#known.add(subject);
    this.part("bet-form").hidden = true;
    this.#reveal();
  }
}

/** @param {number} bet @param {number} accuracy 0..1 each */
function outcome(bet, accuracy) {
  return translate("Bet: {bet}. It was {accuracy}: {off} points off.", {
    bet: percent(bet, 0),
    accuracy: percent(accuracy),
    off: formatNumber(100 * Math.abs(bet - accuracy), 1),
  });
}
