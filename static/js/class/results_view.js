/** What a network read of the class's digits: scores, the confusion matrix, the pictures of a cell, groups of styles. */

import { storeInAddress } from "../address.js";
import { element } from "../inside/dom.js";
import { certainAndWrong, confusionMatrix, readingOf, score } from "./confusion.js";
import { digitButton } from "./digit_picture.js";
import { GroupsView } from "./groups_view.js";
import { wilsonInterval } from "./interval.js";
import { MatrixView } from "./matrix_view.js";
import { words } from "./words.js";

export class ResultsView {
  /** The cell of the matrix whose pictures are shown, null for those that are certain and wrong. */
  #chosen = null;
  #digits = [];

  /**
   * @param {HTMLElement} section
   * @param {() => boolean} showsPupils whether pictures are shown with the numbers of the pupils
   */
  constructor(section, showsPupils) {
    Object.assign(this, { section, showsPupils });
    this.matrix = new MatrixView(this.#part("matrix"), (label, read) => this.#choose({ label, read }));
    this.groups = new GroupsView(section);
    this.networks = this.#part("networks");
    this.networks.addEventListener("change", () => {
      this.#chosen = null;
      storeInAddress({ model: this.model });
      this.#update();
    });
    this.mistakes = this.#part("certain-and-wrong");
    this.mistakes.addEventListener("click", () => this.#choose(null));
  }

  /** The network that is shown. */
  get model() {
    return this.networks.querySelector(":checked").value;
  }

  /** @param {import("./sheets.js").Digit[]} digits */
  show(digits) {
    this.#digits = digits;
    for (const { value } of this.networks.querySelectorAll("input")) this.#showScore(value);
    this.#update();
  }

  #choose(cell) {
    this.#chosen = cell;
    this.#update();
    this.#part("pictures").scrollIntoView({ block: "nearest" });
  }

  #update() {
    const matrix = confusionMatrix(this.#digits, this.model);
    const mistakes = certainAndWrong(this.#digits, this.model);
    this.mistakes.textContent = words.certainAndWrong(mistakes.length);
    this.mistakes.hidden = this.#chosen === null; // they are what is shown
    this.matrix.show(matrix, this.#chosen);
    this.#showPictures(this.#chosen ? matrix[this.#chosen.label][this.#chosen.read] : mistakes);
    this.groups.show(this.#digits, this.model);
    this.section.dispatchEvent(new Event("model"));
  }

  #showScore(model) {
    const { n_right, n_total } = score(this.#digits, model);
    const place = this.networks.querySelector(`[data-model="${model}"]`);
    const texts = n_total > 0 ? [words.score(n_right, n_total), accuracy(n_right, n_total)] : [words.notRead];
    place.replaceChildren(...texts.map((text) => element("span", {}, text)));
  }

  #showPictures(digits) {
    const { label, read } = this.#chosen ?? {};
    this.#part("pictures-title").textContent = this.#chosen ? words.cell(label, read, digits.length) : words.certainAndWrong(digits.length);
    const items = digits.map((digit) => element("li", {}, this.#digitButton(digit)));
    this.#part("cell").replaceChildren(...items);
    const none = this.#part("none");
    none.hidden = digits.length > 0 || this.#chosen !== null;
    none.textContent = words.nothingCertainAndWrong;
  }

  #digitButton(digit) {
    const reading = readingOf(digit, this.model);
    const pupil = this.showsPupils() ? words.pupil(digit.pupil) : "";
    const caption = [`${digit.label} → ${reading.digit}`, words.percent(reading.confidence), pupil].filter(Boolean).join(" · ");
    const name = [words.reading({ ...reading, label: digit.label }), words.percent(reading.confidence), pupil];
    return digitButton(digit, reading, caption, name.filter(Boolean).join(", "));
  }

  #part(name) {
    return this.section.querySelector(`[data-part="${name}"]`);
  }
}

const accuracy = (n_right, n_total) => words.accuracy(n_right / n_total, wilsonInterval(n_right, n_total));
