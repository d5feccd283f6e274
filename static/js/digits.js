/** The digits of a number one by one, to choose the one whose activations are shown. */

import { words } from "./words.js";

export class Digits {
  /** Place in the number, from 0, that the user chose. @type {number?} */
  #wanted = null;

  /**
   * @param {HTMLFieldSetElement} fieldset takes one radio button a digit after its legend
   * @param {HTMLElement} boxes over the picture; a click on one chooses its digit
   * @param {(place: number) => void} onChoice
   */
  constructor(fieldset, boxes, onChoice) {
    this.fieldset = fieldset;
    const choose = (place) => onChoice((this.#wanted = place));
    fieldset.addEventListener("change", ({ target }) => choose(Number(target.value)));
    boxes.addEventListener("click", ({ target }) => {
      const place = [...boxes.children].indexOf(target.closest(".box"));
      if (place >= 0) choose(place);
    });
  }

  /**
   * @param {import("./api.js").DetectedDigit[]} digits in reading order
   * @returns {number} place of the digit to look at: the one that the user chose, or else the first
   *   in doubt, or else the last, which was as a rule drawn last
   */
  show(digits) {
    const isFocused = this.fieldset.contains(document.activeElement);
    this.clear();
    this.fieldset.append(...digits.map((each, place) => radioButton(each, place, digits)));
    this.fieldset.hidden = false;
    if (this.#wanted >= digits.length) this.#wanted = null;
    const doubtful = digits.findIndex(({ certain }) => !certain);
    const place = this.#wanted ?? (doubtful < 0 ? digits.length - 1 : doubtful);
    this.mark(place);
    if (isFocused) this.#inputs[place].focus();
    return place;
  }

  /** @param {number} place */
  mark(place) {
    this.#inputs[place].checked = true;
  }

  clear() {
    this.fieldset.hidden = true;
    for (const label of this.fieldset.querySelectorAll("label")) label.remove();
  }

  /** Forgets which digit the user chose. */
  forgetChoice() {
    this.#wanted = null;
  }

  get #inputs() {
    return this.fieldset.querySelectorAll("input");
  }
}

function radioButton({ digit, certain, image, line }, place, digits) {
  const label = document.createElement("label");
  label.classList.toggle("starts-line", place > 0 && digits[place - 1].line !== line);
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "looked-at", value: place });
  input.ariaLabel = words.digitLabel(digit, place + 1, digits.length, certain);
  const seen = document.createElement("img");
  Object.assign(seen, { src: image, alt: "", width: 28, height: 28 });
  const name = document.createElement("span");
  name.textContent = certain ? digit : `${digit}?`;
  name.classList.toggle("is-doubtful", !certain);
  label.append(input, seen, name);
  return label;
}
