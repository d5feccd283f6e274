/**
 * Shows answers, problems, and the state without either. While the stroke of one digit is drawn the digit is shown pale, as what
 * it is so far. An answer that is not certain is shown only after a pause, because most digits of two strokes look like no digit
 * after the first one.
 */

import { BETWEEN_STROKES_MS } from "../pad/drawing.js";
import { NO_DIGIT, isNoDigit } from "../readings/entry.js";
import { words } from "../server/sending_words.js";
import { byId, element, write } from "../ui/dom.js";
import { aDigit, outputPercent } from "../ui/format.js";
import { language, translate } from "../ui/translate.js";
import { markBox, showBoxes } from "./boxes.js";
import { Digits } from "./digit_choice.js";

const MIN_PRINTED = 0.01; // of the activations: smaller ones are all alike to people
const MAX_SHORT_LENGTH = 32; // characters of numbers that are shown, and asked about, whole
const MAX_LINES_IN_SIGHT = 2; // on each screen
const MARK_COLUMNS = 0.5; // width of the question mark beside a digit, in digits

export class View {
  #answer = byId("answer");
  #message = byId("message");
  #said = this.#message.textContent;
  #digit = byId("digit");
  #input = byId("seen");
  #activations = byId("activations");
  #problem = byId("problem");
  #again = byId("again");
  #busy = byId("busy");
  #boxes = byId("boxes");
  /** The answer that is shown. @type {import("../server/api_client.js").Answer?} */
  #shown = null;
  #digits = new Digits(byId("digits"), [this.#boxes, this.#digit], (place) => this.#select(place));
  #question = new GapQuestion(byId("question"), (answer) => {
    this.#show(answer);
    this.onChoice(answer.text);
  });
  #timer = 0;

  /**
   * @param {[import("../inside.js").Inside, import("../columns.js").Columns?, import("../decision.js").Decision]} insides
   *   show what is behind an answer
   * @param {(text: string) => void} onChoice gets what the user chooses, where an answer leaves a choice
   * @param {{isDrawing: () => boolean, mayContinue: () => boolean}} writing whether a stroke is in progress; whether what is read is
   *   a drawing, which another stroke may continue
   */
  constructor([inside, columns, decision], onChoice, writing) {
    Object.assign(this, { inside, columns, decision, onChoice, writing });
  }

  get hasSeveral() {
    return this.#shown?.digits.length > 1;
  }

  /** Marks the answer that is shown as that to an earlier drawing. */
  outdate() {
    clearTimeout(this.#timer);
    this.decision.clear();
    this.#answer.toggleAttribute("data-outdated", true);
  }

  /** @param {boolean} isOutdated whether the drawing has changed since it was sent */
  showAnswer(answer, isOutdated) {
    if (answer.digits.length === 1) {
      const [digit] = answer.digits;
      this.inside.showDigit(answer, digit);
      if (isOutdated || !answer.certain) this.#showPale(digit); // until the pause is over
      this.#showInput(digit);
    }
    if (!isOutdated) this.#showSteadily(() => this.#show(this.#question.show(answer)), answer.certain);
  }

  /**
   * Shows what the page's own network computes of the stroke that is drawn: whether it is certain is not judged before its end.
   * @param {import("../live.js").LiveDigit?} digit null for ink that may be several digits: the activations fade
   */
  showLive(digit) {
    if (digit) {
      this.#showPale(digit);
      this.#showInput({ ...digit, certain: null });
      if (this.inside.canFollow) this.inside.showDigit(digit, digit);
    } else {
      this.#write("…");
      this.#answer.toggleAttribute("data-faded", true);
    }
  }

  /** Shows what is read of a stroke so far, which screen readers pass over: the answer comes when it ends. */
  #showPale({ digit }) {
    this.#digit.ariaLive = this.#message.ariaLive = "off";
    Object.assign(this.#answer.dataset, { certain: "open", digits: "one" });
    const text = aDigit(digit);
    this.#write(`${text[0].toUpperCase()}${text.slice(1)} …`);
    writeNumber(this.#digit, String(digit), [{ certain: true }], false);
  }

  /** Shows no answer, at once: with a bet another stroke hides the earlier answer while it is drawn. */
  showEmpty(prompt) {
    clearTimeout(this.#timer);
    this.#answer.toggleAttribute("data-outdated", false);
    this.#hideProblem();
    this.#clearAnswer();
    this.#write(prompt);
  }

  /** @param {boolean} keepsAnswer whether the answer that is shown stays: it is to what was drawn before */
  showProblem(problem, keepsAnswer) {
    const { title, message, text, isWorthRetrying, isFault, isPassing } = problem;
    const show = () => {
      if (keepsAnswer) this.#answer.dataset.outdated = "digit"; // and not the message, which is new
      else this.#clearAnswer();
      this.#message.ariaLive = "polite";
      this.#write(isFault ? "" : text);
      this.#problem.replaceChildren(...(isFault ? [element("strong", {}, title), ` ${message}`] : []));
      this.#again.hidden = !isWorthRetrying;
    };
    this.#showSteadily(show, isFault || isPassing);
  }

  #showSteadily(show, isAtOnce) {
    clearTimeout(this.#timer);
    if (this.writing.isDrawing()) return;
    const showNow = () => {
      this.#answer.toggleAttribute("data-outdated", false);
      show();
    };
    if (isAtOnce || !this.writing.mayContinue()) showNow();
    else this.#timer = setTimeout(showNow, BETWEEN_STROKES_MS);
  }

  #hideProblem() {
    this.#problem.replaceChildren();
    this.#again.hidden = true;
  }

  /** Deselects the digit that the user selected, and forgets the choice of a text: the number is about to change. */
  resetSelection() {
    this.#digits.resetSelection();
    this.#question.reset();
  }

  /** Removes the boxes: the picture under them has changed. */
  clearBoxes() {
    this.#boxes.replaceChildren();
  }

  /** @param {boolean} isBusy whether a request is running; CSS shows it after a delay */
  showBusy(isBusy) {
    this.#busy.hidden = !isBusy;
    this.#busy.textContent = words.reading;
  }

  /** @param {number} part of the request that has been sent, 0..1 */
  showSent(part) {
    this.#busy.textContent = words.sending(part);
  }

  showModel(name) {
    for (const card of document.querySelectorAll(".model-card")) {
      card.hidden = card.dataset.model !== name;
    }
  }

  #show(answer) {
    const { certain, model, text, digits } = answer;
    const message = isNoDigit(answer) ? answer.message.split(SENTENCE_END)[0] : answer.message; // without a guess
    this.#shown = answer;
    sayRisk(answer);
    this.#hideProblem();
    const isNew = this.#said !== message;
    this.#answer.dataset.certain = String(certain);
    this.#answer.toggleAttribute("data-question", this.#question.isOpen);
    const one = isNoDigit(answer) ? "none" : "one";
    this.#answer.dataset.digits = text.length > 1 ? "several" : one; // a number of one digit has a minus
    // Screen readers read each answer once: the digit, or the sentence when it is not certain.
    this.#digit.ariaLive = certain ? "polite" : "off";
    this.#message.ariaLive = certain ? "off" : "polite";
    this.#write(message, gravestFirst);
    writeNumber(this.#digit, isNoDigit(answer) ? NO_DIGIT : text, digits, isNew);
    this.showModel(model);
    showBoxes(this.#boxes, answer, this.hasSeveral ? digits : []);
    this.#select(this.#digits.show(digits));
    if (digits.length === 1) this.decision.explain({ ...digits[0], model });
    else this.decision.clear();
  }

  /** Writes the message, the first sentence large: the same is not written again, which would be read aloud again. */
  #write(message, explain = inOne) {
    if (this.#said === message) return;
    this.#said = message;
    const [first, ...others] = message.split(SENTENCE_END);
    this.#message.replaceChildren(...(others.length > 0 ? [`${first} `, explain(others)] : [message]));
  }

  #clearAnswer() {
    this.#shown = null;
    sayRisk(null);
    for (const name of ["certain", "digits", "question"]) delete this.#answer.dataset[name];
    this.#question.show(null);
    writeNumber(this.#digit, "", [], false);
    this.#digits.clear();
    this.#boxes.replaceChildren();
    this.#input.hidden = true;
    delete this.#activations.dataset.certain;
    this.#showActivations([], null);
    this.inside.clear();
    this.columns?.clear();
    this.decision.clear();
  }

  #select(place) {
    const digit = this.#shown.digits[place];
    this.#digits.mark(place);
    markBox(this.#boxes, place);
    this.#showInput(digit);
    this.inside.showDigit(this.#shown, digit);
    this.inside.completeDigit();
    this.columns?.show(this.#shown, place);
  }

  #showInput(digit) {
    this.#activations.dataset.certain = String(digit.certain);
    this.#input.src = digit.image;
    this.#input.hidden = false;
    this.#showActivations(digit.activations, isNoDigit({ digits: [digit] }) ? null : digit.digit);
  }

  #showActivations(activations, best) {
    this.#answer.toggleAttribute("data-faded", false);
    showBars(this.#activations.children, activations, best);
  }
}

/** Says beside the dial for risk from which of its risks on the answer is certain. @param {import("../server/api_client.js").Answer?} answer */
function sayRisk(answer) {
  const said = document.getElementById("risk-said"); // none in the file without a server
  if (said) write(said, answer?.certain_from === undefined ? "" : riskSentence(answer));
}

function riskSentence({ certain, certain_from }) {
  const options = [...document.getElementById("risk").options]; // the lowest risk first
  const least = certain_from !== null && options.find(({ dataset }) => certain_from <= Number(dataset.risk));
  if (!least) return translate("The answer is certain at none of these: a person has to read it.");
  const risk = least.textContent;
  return certain ? translate("The answer is certain, even at {risk}.", { risk }) : translate("At {risk} the answer would be certain.", { risk });
}

/**
 * Shows activations as bars. The numbers of small ones are for screen readers alone, and those of no digit, too.
 * @param {Iterable<HTMLElement>} bars one for each digit
 * @param {number[]} activations empty for none
 * @param {number?} best the digit that is the answer; null for none
 */
export function showBars(bars, activations, best) {
  [...bars].forEach((bar, digit) => {
    const activation = activations[digit];
    bar.querySelector("rect").setAttribute("width", String(100 * (activation ?? 0)));
    bar.querySelector(".activation").textContent = activation === undefined ? "" : outputPercent(activation);
    bar.classList.toggle("is-small", best === null || activation < MIN_PRINTED);
    bar.ariaCurrent = digit === best ? "true" : null;
  });
}

/**
 * Writes digits and marks in their lines, marks digits in doubt, and sets the size for the longest line.
 * @param {HTMLElement} target a live region: its text is set only when it changes
 * @param {import("../server/api_client.js").Digit[]} digits of the text, in order
 * @param {boolean} isNew whether the same text is to be read aloud again
 */
function writeNumber(target, text, digits, isNew) {
  if (isNew || target.textContent !== text) target.replaceChildren(...[...text].map(span));
  const written = [...target.children].filter(({ textContent }) => /[0-9]/.test(textContent));
  written.forEach((digit, place) => {
    digit.toggleAttribute("data-is-digit", true);
    digit.classList.toggle("is-doubtful", !digits[place].certain);
  });
  const lines = text.split("\n");
  const doubtful = (row) => digits.filter(({ line, certain }) => line === row && !certain).length;
  const widths = lines.map((line, row) => line.length + MARK_COLUMNS * doubtful(row));
  target.style.setProperty("--columns", Math.max(...widths));
  target.style.setProperty("--lines", lines.length);
  if (lines.length > MAX_LINES_IN_SIGHT || text.length > MAX_SHORT_LENGTH) target.tabIndex = 0; // it may be scrolled
  else target.removeAttribute("tabindex");
}

const span = (text) => element("span", {}, text);

const SENTENCE_END = /(?<=\.) (?!\p{Ll})/u; // and not the point of "-3. and 14 apart"

const inOne = (sentences) => span(sentences.join(" "));

/** @param {string[]} sentences about doubts, the gravest first @returns {Node} that one, and the others as a list to open */
function gravestFirst([gravest, ...others]) {
  if (others.length === 0) return span(gravest);
  const more = element("u", {}, translate("More doubts: {count}", { count: others.length }));
  const list = element("ul", { className: "list" }, ...others.map((sentence) => element("li", {}, sentence)));
  return element("details", {}, element("summary", {}, `${gravest} `, more), list);
}

const and = new Intl.ListFormat(language, { type: "conjunction" });

/** Whether a gap is all that is doubtful in an answer: the page can ask about that, and about nothing else. */
export const asksAboutGaps = ({ text, text_apart, doubtful_signs, digits, left_out }) =>
  Boolean(text_apart) &&
  text.length <= MAX_SHORT_LENGTH &&
  doubtful_signs.every(({ what }) => what === "gap") &&
  digits.every(({ certain }) => certain) &&
  left_out.length === 0;

/**
 * Returns an answer with what the user chose to be written: nothing is doubtful then.
 * @param {string} text one of its two texts
 * @returns {import("../server/api_client.js").Answer}
 */
export function withChoice(answer, text) {
  const lineOfDigit = text.split("\n").flatMap((line, number) => [...line.replace(/[^0-9]/g, "")].map(() => number));
  const digits = answer.digits.map((digit, place) => ({ ...digit, line: lineOfDigit[place] }));
  const message = translate("Chosen: {choice}.", { choice: labelOf(answer, text) });
  return { ...answer, text, digits, certain: true, doubt: null, message };
}

/** The question whether a wide gap separates two numbers: "27, or 2 and 7 apart?", with a button for each answer. */
class GapQuestion {
  /** The answer that is shown, if it asks. @type {import("../server/api_client.js").Answer?} */
  #answer = null;
  #chosen = null;

  /** @param {HTMLElement} group holds a button for each text @param {(answer: object) => void} onChoice gets the answer with the chosen one */
  constructor(group, onChoice) {
    this.group = group;
    this.buttons = [...group.querySelectorAll("button")];
    group.addEventListener("click", ({ target }) => {
      const place = this.buttons.indexOf(target.closest("button"));
      if (place < 0) return;
      this.#chosen = this.#texts[place];
      onChoice(this.show(this.#answer));
    });
  }

  /** Asks about an answer, if it has to be asked. @returns {object} the answer, or with the choice if the user has made it */
  show(answer) {
    this.#answer = answer && asksAboutGaps(answer) ? answer : null;
    this.group.hidden = !this.#answer;
    if (!this.#answer) return answer;
    const isChosen = this.#texts.includes(this.#chosen);
    this.buttons.forEach((button, place) => {
      button.textContent = labelOf(answer, this.#texts[place]);
      button.ariaPressed = String(this.#texts[place] === this.#chosen);
    });
    return isChosen ? withChoice(answer, this.#chosen) : answer;
  }

  get isOpen() {
    return this.#answer !== null && !this.#texts.includes(this.#chosen);
  }

  /** Forgets the choice: what is written is about to change. */
  reset() {
    this.#chosen = null;
  }

  get #texts() {
    return [this.#answer.text, this.#answer.text_apart];
  }
}

function labelOf({ text_apart }, text) {
  const numbers = text.split("\n");
  return text === text_apart ? translate("{numbers} apart", { numbers: and.format(numbers) }) : numbers.join(", ");
}
