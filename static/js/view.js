/** Shows answers, problems and the blank between them. */

import { markBox, showBoxes } from "./boxes.js";
import { Digits } from "./digits.js";
import { showLayers, showStages } from "./inside.js";

const MARK_COLUMNS = 1; // room beside a line for its question mark

const byId = (id) => document.getElementById(id);

export class View {
  #answer = byId("answer");
  #message = byId("message");
  #digit = byId("digit");
  #seen = byId("seen");
  #activations = byId("activations");
  #bars = [...this.#activations.children];
  #problem = byId("problem");
  #again = byId("again");
  #asNumber = byId("as-number");
  #busy = byId("busy");
  #layers = byId("layers");
  #insideBlank = byId("inside-blank");
  #stages = byId("stages");
  #stagesPart = byId("stages-part");
  #boxes = byId("boxes");
  /** Those of the number that is shown. @type {import("./api.js").Digit[]} */
  #shown = [];
  #digits = new Digits(byId("digits"), this.#boxes, (place) => this.#lookAt(place));

  /** @param {import("./api.js").DigitAnswer} answer */
  showDigit(answer) {
    this.#showAnswer(answer, [answer]);
    this.#showInside(answer.layers ?? []);
    this.#digits.clear();
    this.#showDigit(answer);
  }

  /** @param {import("./api.js").NumberAnswer} answer */
  showNumber(answer) {
    this.#showAnswer(answer, answer.digits);
    this.#showInside([]);
    this.#shown = answer.digits;
    showBoxes(this.#boxes, answer);
    this.#lookAt(this.#digits.show(answer.digits));
  }

  /** @param {string} invitation to draw */
  showBlank(invitation) {
    this.hideProblem();
    this.#forgetAnswer();
    write(this.#message, invitation);
  }

  /** @param {import("./api.js").Problem} problem */
  showProblem({ title, message, isWorthRetrying, isNumber }) {
    this.#forgetAnswer();
    write(this.#message, "");
    const heading = document.createElement("strong");
    heading.textContent = title;
    this.#problem.replaceChildren(heading, ` ${message}`);
    this.#again.hidden = !isWorthRetrying;
    this.#asNumber.hidden = !isNumber;
  }

  hideProblem() {
    this.#problem.replaceChildren();
    this.#again.hidden = true;
    this.#asNumber.hidden = true;
  }

  /** Looks at the digit of its own choice again: the number is about to be another one. */
  forgetChoice() {
    this.#digits.forgetChoice();
  }

  /** Takes the boxes away: what lies under them is another picture now. */
  forgetBoxes() {
    this.#boxes.replaceChildren();
  }

  /** @param {boolean} isBusy whether a question is on its way; CSS waits before it says so */
  showBusy(isBusy) {
    this.#busy.hidden = !isBusy;
  }

  /** @param {string} name of the network that reads */
  showModel(name) {
    for (const card of this.#answer.querySelectorAll(".model-card")) {
      card.hidden = card.dataset.model !== name;
    }
  }

  #showAnswer({ certain, message, model, stages }, digits) {
    this.hideProblem();
    this.#answer.dataset.certain = String(certain);
    // The digit is read aloud as it is; when in doubt, the sentence has to be heard as well.
    this.#message.ariaLive = certain ? "off" : "polite";
    write(this.#message, message);
    writeNumber(this.#digit, digits);
    this.#showStages(stages ?? []);
    this.showModel(model);
  }

  #forgetAnswer() {
    delete this.#answer.dataset.certain;
    writeNumber(this.#digit, []);
    this.#digits.clear();
    this.#boxes.replaceChildren();
    this.#seen.hidden = true;
    this.#showActivations([], null);
    this.#showInside([]);
    this.#showStages([]);
  }

  /** Shows one digit of the number more closely. */
  #lookAt(place) {
    this.#digits.mark(place);
    markBox(this.#boxes, place);
    this.#showDigit(this.#shown[place]);
  }

  #showDigit({ digit, activations, certain, image }) {
    this.#activations.dataset.certain = String(certain);
    this.#seen.src = image;
    this.#seen.hidden = false;
    this.#showActivations(activations, digit);
  }

  #showActivations(activations, best) {
    this.#bars.forEach((bar, digit) => {
      const activation = activations[digit];
      bar.querySelector("rect").setAttribute("width", String(100 * (activation ?? 0)));
      bar.querySelector(".activation").textContent = activation === undefined ? "" : shown(activation);
      if (digit === best) bar.setAttribute("aria-current", "true");
      else bar.removeAttribute("aria-current");
    });
  }

  #showInside(layers) {
    showLayers(this.#layers, layers);
    this.#insideBlank.hidden = layers.length > 0;
  }

  #showStages(stages) {
    showStages(this.#stages, stages);
    this.#stagesPart.hidden = stages.length === 0;
  }
}

/** Cut off and not rounded: "1.000" would claim a certainty that no network has. */
const shown = (activation) => (Math.floor(1000 * activation) / 1000).toFixed(3);

/**
 * Writes digits in their lines, each looking certain or not, as large as the longest line can be.
 * @param {HTMLElement} element a live region: left alone where it says the same already
 * @param {(import("./api.js").Digit & {line?: number})[]} digits
 */
function writeNumber(element, digits) {
  const startsLine = ({ line }, place) => place > 0 && digits[place - 1].line !== line;
  const lines = digits.map((each, place) => (startsLine(each, place) ? "\n" : "") + each.digit);
  if (element.textContent !== lines.join("")) element.replaceChildren(...lines.map(span));
  digits.forEach(({ certain }, place) =>
    element.children[place].classList.toggle("is-doubtful", !certain),
  );
  const lengths = element.textContent.split("\n").map((line) => line.length);
  element.style.setProperty("--columns", Math.max(...lengths) + MARK_COLUMNS);
  element.style.setProperty("--lines", lengths.length);
}

function span(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/** Leaves a live region alone that says the same already, so that it is not read aloud again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
