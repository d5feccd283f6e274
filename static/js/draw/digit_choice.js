/** The digits of a number as radio buttons: the selected one's activations are shown. The address holds the choice. */

import { inAddress, storeInAddress } from "../state.js";
import { element } from "../ui/dom.js";
import { translate } from "../ui/translate.js";

export class Digits {
  /** Place in the number, from 0, that the user selected. @type {number?} */
  selected = inAddress("digit");

  /**
   * @param {HTMLFieldSetElement} fieldset gets one radio button for each digit, after its legend
   * @param {HTMLElement[]} others each shows the digits, too, in the same order: a click on one selects it
   * @param {(place: number) => void} onSelect
   */
  constructor(fieldset, others, onSelect) {
    this.fieldset = fieldset;
    const select = (place) => {
      if (fieldset.hidden) return; // there is one digit
      this.#choose(place);
      onSelect(place);
    };
    fieldset.addEventListener("change", ({ target }) => select(Number(target.value)));
    for (const other of others) {
      other.addEventListener("click", ({ target }) => {
        const place = [...other.querySelectorAll("[data-is-digit]")].indexOf(target.closest("[data-is-digit]"));
        if (place >= 0) select(place);
      });
    }
  }

  /**
   * @param {import("../server/api_client.js").DetectedDigit[]} digits in reading order
   * @returns {number} place of the digit to select: the one that the user selected, or else the first
   *   that is not certain, or else the last, which is usually the one drawn last
   */
  show(digits) {
    const isFocused = this.fieldset.contains(document.activeElement);
    this.clear();
    if (digits.length > 1) {
      this.fieldset.append(...digits.map((_, place) => radioButton(digits, place)));
      this.fieldset.hidden = false;
    }
    if (this.selected >= digits.length) this.resetSelection();
    const uncertain = digits.findIndex(({ certain }) => !certain);
    const place = this.selected ?? (uncertain < 0 ? digits.length - 1 : uncertain);
    this.mark(place);
    if (isFocused) this.#inputs[place]?.focus();
    return place;
  }

  /** Marks a digit, in the middle of a row that is too long for its place. */
  mark(place) {
    const input = this.#inputs[place];
    if (!input) return;
    input.checked = true;
    const [row, tile] = [this.fieldset, input.parentElement].map((each) => each.getBoundingClientRect());
    this.fieldset.scrollLeft += tile.left + tile.width / 2 - row.left - row.width / 2;
  }

  clear() {
    this.fieldset.hidden = true;
    for (const label of this.fieldset.querySelectorAll("label")) label.remove();
  }

  resetSelection() {
    if (this.selected !== null) this.#choose(null);
  }

  #choose(place) {
    this.selected = place;
    storeInAddress({ digit: place });
  }

  get #inputs() {
    return this.fieldset.querySelectorAll("input");
  }
}

function radioButton(digits, place) {
  const { digit, certain, image, line } = digits[place];
  const values = { digit, place: place + 1, total: digits.length };
  const ariaLabel = certain
    ? translate("{digit}, digit {place} of {total}", values)
    : translate("{digit}, digit {place} of {total}, not certain", values);
  const input = element("input", { type: "radio", name: "selected-digit", value: place, ariaLabel });
  const picture = element("img", { src: image, alt: "", width: 28, height: 28 });
  const name = element("span", { className: certain ? "" : "is-doubtful" }, certain ? String(digit) : `${digit}?`);
  const startsLine = place > 0 && digits[place - 1].line !== line;
  return element("label", { className: `tile ${startsLine ? "starts-line" : ""}` }, input, picture, name);
}
