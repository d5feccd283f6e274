/**
 * Bet first: the answer stays hidden until somebody has chosen a digit, or "no digit". The state is in the address, the
 * tally in this tab.
 */

import { inAddress, storeInAddress } from "../state.js";
import { byId, partsOf, write } from "../ui/dom.js";
import { keepInTab, loadFromTab } from "../ui/store.js";
import { translate } from "../ui/translate.js";
import { listenForChoice, loadContest, showLarge } from "./contest.js";

/** @typedef {import("./contest.js").Guess} Guess */

/**
 * @param {Guess} bet what the class chose @param {Guess} reading what the network read
 * @param {Guess | undefined} truth what the picture shows, if that is known
 * @returns {Score?} null where somebody has to say who was right; where both agree on what is not known, both count as right
 */
export function scoreOf(bet, reading, truth) {
  if (truth !== undefined) return { class: bet === truth, network: reading === truth };
  return bet === reading ? { class: true, network: true } : null;
}

/** @param {string} text "0" to "9" or "none" @returns {Guess} */
export const guessOf = (text) => (text === "none" ? null : Number(text));

/** @typedef {{class: boolean, network: boolean}} Score who was right */

export class Tally {
  #scores;

  /** @param {string} key under which the tab keeps it */
  constructor(key) {
    this.key = key;
    const kept = loadFromTab(key);
    this.#scores = Array.isArray(kept) ? kept.filter((score) => score !== null && typeof score === "object") : [];
  }

  get count() {
    return this.#scores.length;
  }

  right(name) {
    return this.#scores.filter((score) => score[name] === true).length;
  }

  add(score) {
    this.#keep([...this.#scores, score]);
  }

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

const TALLY_KEY = "inkling-bets";

export class Bet {
  /** What was chosen, and what the network read; undefined until then. @type {Guess | undefined} */
  #bet;
  #reading;
  #tally = new Tally(TALLY_KEY);
  /** Shows what is hidden. @type {(() => void)?} */
  #reveal = null;
  /** Whether there is no bet on what is read: several digits, or a fault. */
  #isOpen = false;
  /** What has been counted of it. @type {Score?} */
  #score = null;
  #root = document.documentElement;
  button = byId("bet");
  bar = byId("bet-bar");
  choice = byId("bet-choice");
  result = byId("bet-result");

  /**
   * @param {{hasInput: () => boolean, truth: () => Guess | undefined, onChange: () => void,
   *   onPlaced: () => void}} page whether there is something to read; what it shows, if that is known; what to do when the bet
   *   begins or ends, and when a choice has been made
   */
  constructor(page) {
    this.page = page;
    this.part = partsOf(this.bar);
    this.button.addEventListener("click", () => this.#turn(!this.isOn));
    listenForChoice(this.choice, (value) => this.#place(guessOf(value)));
    listenForChoice(this.part("judge"), (winner) => this.#judge(winner));
    this.part("reset").addEventListener("click", () => this.#reset());
    this.#root.toggleAttribute("data-bet", inAddress("bet"));
    this.show();
  }

  get isOn() {
    return this.#root.hasAttribute("data-bet");
  }

  /** Another picture is to be read, or the same by another network: a new bet. */
  begin() {
    this.#bet = this.#reading = undefined;
    this.#reveal = null;
    this.#isOpen = false;
    this.#score = null;
    this.show();
  }

  /**
   * Shows an answer when there is a bet on it, or at once where none is needed.
   * @param {Guess | undefined} reading undefined for what there is no bet on
   * @param {boolean} isOutdated whether the drawing has changed since it was sent
   * @param {() => void} show
   */
  take(reading, isOutdated, show) {
    if (!this.isOn || this.#isSettled) return show();
    if (isOutdated) return;
    this.#isOpen = reading === undefined;
    if (this.#isOpen) show();
    else [this.#reading, this.#reveal] = [reading, show];
    this.#settle();
  }

  #turn(mustBet) {
    this.#root.toggleAttribute("data-bet", mustBet);
    storeInAddress({ bet: mustBet });
    this.begin();
    this.bar.scrollIntoView({ block: "nearest" }); // the button is below it on a phone
    this.page.onChange();
  }

  #place(bet) {
    if (!this.#isChoosing) return;
    this.#bet = bet;
    this.#settle();
  }

  /** Whether both are there: then both are shown, and nothing changes any more. */
  get #isSettled() {
    return this.#bet !== undefined && this.#reading !== undefined;
  }

  #settle() {
    if (!this.#isSettled) return this.show();
    const hadFocus = this.choice.contains(document.activeElement);
    const score = scoreOf(this.#bet, this.#reading, this.page.truth());
    if (score) this.#count(score);
    this.show();
    this.#reveal();
    this.#showLarge();
    if (hadFocus) this.page.onPlaced(); // the button that had it is hidden now
  }

  #judge(winner) {
    this.#count({ class: ["class", "both"].includes(winner), network: ["network", "both"].includes(winner) });
    this.show();
    this.#showLarge();
  }

  /** Shows the class what it bet, what was read, and who was right so far. */
  async #showLarge() {
    const side = (name, of, guess) => ({ name, figure: named(guess), isRight: this.#score?.[of], score: this.#tally.right(of) });
    const sides = [side(translate("You"), "class", this.#bet), side(translate("The network"), "network", this.#reading)];
    const isWon = winnerOf(this.#score) === "class";
    const isStyled = await loadContest().then(() => true, () => false);
    if (isStyled && this.#isSettled) showLarge(document.body, { sides, verdict: verdictOf(this.#score), isWon });
  }

  #count(score) {
    if (this.#score) this.#tally.correct(score);
    else this.#tally.add(score);
    this.#score = score;
  }

  #reset() {
    this.#tally.reset();
    this.#score = null;
    this.show();
    byId("bet-next").focus(); // the button that had it is hidden now
  }

  get #isChoosing() {
    return this.isOn && this.page.hasInput() && !this.#isOpen && !this.#isSettled;
  }

  /** Shows who can have been right, and who is counted as that: what the picture shows is known to people alone. */
  #showJudges(mustShow) {
    const possible = this.#bet === this.#reading ? ["both", "neither"] : ["class", "network", "neither"];
    this.part("judge").hidden = !mustShow;
    for (const button of this.part("judge").querySelectorAll("button")) {
      button.hidden = !possible.includes(button.value);
      button.ariaPressed = String(button.value === winnerOf(this.#score));
    }
  }

  /** Shows the choice where there is something to bet on, and what came of it. */
  show() {
    const [bet, isSettled] = [this.#bet, this.#isSettled];
    const truth = isSettled ? this.page.truth() : undefined;
    this.button.ariaPressed = String(this.isOn);
    this.bar.hidden = !this.isOn;
    this.#root.toggleAttribute("data-choosing", this.#isChoosing);
    this.choice.hidden = !this.#isChoosing;
    for (const button of this.choice.querySelectorAll("button")) {
      button.ariaPressed = String(bet !== undefined && guessOf(button.value) === bet);
    }
    const placed = bet === undefined ? "" : translate("You chose: {bet}. The network’s answer is coming.", { bet: named(bet) });
    write(this.choice.querySelector("[role=status]"), placed);
    const isOpen = this.isOn && this.#isOpen && this.page.hasInput();
    write(this.result, isOpen ? translate("You can only bet on a single digit.") : this.#resultText(truth));
    this.#showJudges(isSettled && truth === undefined);
    const { count } = this.#tally;
    this.part("reset").hidden = count === 0;
    const values = { class: this.#tally.right("class"), network: this.#tally.right("network"), count };
    const tally = translate("Right: you {class}, the network {network} of {count}", values);
    write(this.part("tally"), count > 0 ? tally : translate("No bet yet."));
  }

  #resultText(truth) {
    if (!this.#isSettled) return "";
    const values = { bet: named(this.#bet), reading: named(this.#reading), truth: named(truth) };
    return truth === undefined
      ? translate("You: {bet}. The network: {reading}.", values)
      : translate("You: {bet}. The network: {reading}. It was: {truth}.", values);
  }
}

function verdictOf(score) {
  if (!score) return translate("Who was right?");
  if (score.class) return score.network ? translate("Both were right") : translate("You were right");
  return score.network ? translate("The network was right") : translate("Nobody was right");
}

/** @returns {string?} who was right, as the buttons name it; null before that is known */
function winnerOf(score) {
  if (!score) return null;
  if (score.class) return score.network ? "both" : "class";
  return score.network ? "network" : "neither";
}
