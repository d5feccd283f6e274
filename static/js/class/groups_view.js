/** Groups of styles of one digit, such as sevens with a bar and without, and how well each group is read. */

import { fromBase64 } from "../ui/files.js";
import { element } from "../ui/dom.js";
import { wilsonInterval } from "../ui/format.js";
import { readingOf, score } from "./confusion.js";
import { digitButton } from "./digit_picture.js";
import { groupsOf } from "./groups.js";
import { words } from "./words.js";

const LETTERS = "ABCD";

export class GroupsView {
  /** The one that is shown; null for the one that is misread most often. @type {number?} */
  #digit = null;
  #count = 2;
  /** What is shown. @type {[import("./sheets.js").Digit[], string]} */
  #shown = [[], ""];

  /** @param {HTMLElement} section */
  constructor(section) {
    this.list = section.querySelector('[data-part="groups"]');
    this.choice = section.querySelector('[data-part="group-digit"]');
    this.choice.addEventListener("change", ({ target }) => {
      this.#digit = Number(target.value);
      this.show(...this.#shown);
    });
    section.querySelector('[data-part="group-count"]').addEventListener("change", ({ target }) => {
      this.#count = Number(target.value);
      this.show(...this.#shown);
    });
  }

  /** @param {import("./sheets.js").Digit[]} digits of the class @param {string} model that reads them */
  show(digits, model) {
    this.#shown = [digits, model];
    const digit = this.#digit ?? mostMisread(digits, model);
    this.choice.querySelector(`[value="${digit}"]`).checked = true;
    const chosen = digits.filter((each) => each.label === digit && readingOf(each, model));
    const groups = groupsOf(chosen.map(({ image }) => fromBase64(image)), this.#count);
    const shown = groups.map((places, number) => groupItem(places.map((place) => chosen[place]), LETTERS[number], model));
    this.list.replaceChildren(...(chosen.length > 0 ? shown : [element("li", {}, words.noneOf(digit))]));
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
  const { n_right, n_total } = score(digits, model);
  const accuracy = words.accuracy(n_right / n_total, wilsonInterval(n_right, n_total));
  const pictures = digits.map((digit) => {
    const reading = readingOf(digit, model);
    const caption = reading.digit === digit.label ? "" : String(reading.digit);
    return element("li", {}, digitButton(digit, reading, caption, words.reading({ ...reading, label: digit.label })));
  });
  const heading = element("h3", {}, `${words.group(letter)}: `, element("strong", {}, words.score(n_right, n_total)));
  return element("li", { className: "card stack" }, heading, element("p", { className: "quiet" }, accuracy), element("ul", { className: "class-digits row" }, ...pictures));
}
