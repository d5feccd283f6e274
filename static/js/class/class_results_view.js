/** What a network read of the class's digits: scores, the confusion matrix, the pictures of a cell, groups of styles. */

import { storeInAddress } from "../state.js";
import { element, partsOf } from "../ui/dom.js";
import { fromBase64 } from "../ui/files.js";
import { formatNumber, translate } from "../ui/translate.js";
import {
  accuracyText, cellText, confidenceText, confusionMatrix, MatrixView, mistakes, readingOf, readingText, score, scoreText,
} from "./confusion_matrix.js";
import { digitButton } from "./digit_pictures.js";
import { groupsOf } from "./handwriting_groups.js";
import { digitsOf } from "./sheets.js";

export class ResultsView {
  /** The cell of the matrix whose pictures are shown, null for all mistakes. */
  #chosen = null;
  #digits = [];
  #sheetIds = "";

  /**
   * @param {import("../classroom/accuracy_bet.js").AccuracyBet} bet on the accuracy of each network
   * @param {() => boolean} showsPupils whether pictures are shown with the numbers of the pupils
   */
  constructor(section, bet, showsPupils) {
    Object.assign(this, { section, bet, showsPupils });
    this.part = partsOf(section);
    this.matrix = new MatrixView(this.part("matrix"), (label, read) => this.#choose({ label, read }));
    this.groups = new GroupsView(section);
    this.networks = this.part("networks");
    this.networks.addEventListener("change", () => {
      this.#chosen = null;
      storeInAddress({ model: this.model });
      this.#askForBet();
    });
    this.part("all-mistakes").addEventListener("click", () => this.#choose(null));
  }

  /** The network that is shown. */
  get model() {
    return this.networks.querySelector(":checked").value;
  }

  /** @param {import("./sheets.js").Sheet[]} sheets of which at least one is there */
  show(sheets) {
    this.#digits = digitsOf(sheets);
    this.#sheetIds = sheets.map(({ id }) => id).join();
    this.#askForBet();
  }

  /** Shows what the network read, but where bets are placed not before there is one. */
  #askForBet() {
    const { n_right, n_total } = score(this.#digits, this.model);
    this.#showScores(true);
    this.bet.ask(this.#subject(this.model), n_total > 0 ? n_right / n_total : 0, () => {
      this.#showScores(false);
      this.#showReadings();
    });
  }

  /** What is bet on: a network's readings of these sheets; a correction is no reason for another bet. */
  #subject = (model) => `${model} ${this.#sheetIds}`;

  #showScores(isBetting) {
    this.section.parentElement.classList.toggle("is-betting", isBetting);
    for (const { value: model } of this.networks.querySelectorAll("input")) {
      const scored = score(this.#digits, model);
      const known = scored.n_total > 0 ? [scoreText(scored), accuracyText(scored)] : [translate("did not read these sheets")];
      const texts = this.bet.hides(this.#subject(model)) ? [translate("hidden until you bet")] : known;
      const place = this.networks.querySelector(`[data-model="${model}"]`);
      place.replaceChildren(...texts.map((text) => element("span", {}, text)));
    }
  }

  #choose(cell) {
    this.#chosen = cell;
    this.#showReadings();
    this.part("pictures").scrollIntoView({ block: "nearest" });
  }

  #showReadings() {
    const matrix = confusionMatrix(this.#digits, this.model);
    this.part("all-mistakes").hidden = this.#chosen === null;
    this.matrix.show(matrix, this.#chosen);
    if (this.#chosen) {
      const { label, read } = this.#chosen;
      this.#showPictures(cellText(label, read, matrix[label][read].length), matrix[label][read]);
    } else {
      const wrong = mistakes(this.#digits, this.model);
      const { n_right, n_total } = score(this.#digits.filter((digit) => readingOf(digit, this.model)?.certain), this.model);
      const values = { count: formatNumber(wrong.length), certain: formatNumber(n_total), right: formatNumber(n_right) };
      this.#showPictures(translate("Read wrongly: {count}. Certain answers: {certain}, of them right: {right}", values), wrong);
    }
    this.groups.show(this.#digits, this.model);
    this.section.dispatchEvent(new Event("model"));
  }

  #showPictures(title, digits) {
    const items = digits.map((digit) => {
      const reading = readingOf(digit, this.model);
      const pupil = this.showsPupils() ? [translate("Pupil {pupil}", { pupil: digit.pupil })] : [];
      const caption = [`${digit.label} → ${reading.digit}`, confidenceText(reading), ...pupil].join(" · ");
      const name = [readingText(digit, reading), confidenceText(reading), ...pupil].join(", ");
      return element("li", {}, digitButton(digit, reading, caption, name));
    });
    this.part("pictures-title").textContent = title;
    this.part("cell").replaceChildren(...items);
  }
}

const LETTERS = "ABCD";

class GroupsView {
  /** The one that is shown; null for the one that is misread most often. @type {number?} */
  #digit = null;
  #count = 2;
  /** The digits of the class, and the model that reads them. @type {[import("./sheets.js").Digit[], string]} */
  #shown = [[], ""];

  constructor(section) {
    this.part = partsOf(section);
    this.part("group-digit").addEventListener("change", ({ target }) => {
      this.#digit = Number(target.value);
      this.show(...this.#shown);
    });
    this.part("group-count").addEventListener("change", ({ target }) => {
      this.#count = Number(target.value);
      this.show(...this.#shown);
    });
  }

  show(digits, model) {
    this.#shown = [digits, model];
    const digit = this.#digit ?? mostMisread(digits, model);
    this.part("group-digit").querySelector(`[value="${digit}"]`).checked = true;
    const chosen = digits.filter((written) => written.label === digit && readingOf(written, model));
    const groups = groupsOf(chosen.map(({ image }) => fromBase64(image)), this.#count);
    const shown = groups.map((places, number) => groupItem(places.map((place) => chosen[place]), LETTERS[number], model));
    const none = element("li", {}, translate("There is no {digit} on your sheets.", { digit }));
    this.part("groups").replaceChildren(...(chosen.length > 0 ? shown : [none]));
  }
}

/** Returns the digit with the smallest share that is read right, the first of several. */
function mostMisread(digits, model) {
  const shares = Array.from({ length: 10 }, (_, digit) => {
    const { n_right, n_total } = score(digits.filter(({ label }) => label === digit), model);
    return n_total > 0 ? n_right / n_total : 1;
  });
  return shares.indexOf(Math.min(...shares));
}

function groupItem(digits, letter, model) {
  const scored = score(digits, model);
  const pictures = digits.map((digit) => {
    const reading = readingOf(digit, model);
    const caption = reading.digit === digit.label ? "" : String(reading.digit);
    return element("li", {}, digitButton(digit, reading, caption, readingText(digit, reading)));
  });
  const heading = element("h3", {}, `${translate("Group {letter}", { letter })}: `, element("strong", {}, scoreText(scored)));
  const accuracy = element("p", { className: "quiet" }, accuracyText(scored));
  return element("li", { className: "card stack" }, heading, accuracy, element("ul", { className: "class-digits row" }, ...pictures));
}
