/** The question whether a wide gap separates two numbers: "27, or 2 and 7 apart?", with a button for each answer. */

import { language, translate } from "../ui/translate.js";

const and = new Intl.ListFormat(language, { type: "conjunction" });

/** Whether a gap is all that is doubtful in an answer: the page can ask about that, and about nothing else. */
export const asksAboutGaps = ({ text_apart, doubtful_signs, digits, left_out }) =>
  Boolean(text_apart) &&
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
  return { ...answer, text, digits, certain: true, doubt: null, message: translate("Chosen: {choice}.", { choice: labelOf(answer, text) }) };
}

export class GapQuestion {
  /** The answer that is shown, if it asks. @type {import("../server/api_client.js").Answer?} */
  #answer = null;
  /** The text that the user chose. @type {string?} */
  #chosen = null;

  /**
   * @param {HTMLElement} group holds a button for each text
   * @param {(answer: import("../server/api_client.js").Answer) => void} onChoice gets the answer with the text that the user chose
   */
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

  /**
   * Asks about an answer, if it has to be asked.
   * @param {import("../server/api_client.js").Answer} answer of the server
   * @returns {import("../server/api_client.js").Answer} the same, or with the choice if the user has made it
   */
  show(answer) {
    this.#answer = asksAboutGaps(answer) ? answer : null;
    this.group.hidden = !this.#answer;
    if (!this.#answer) return answer;
    const isChosen = this.#texts.includes(this.#chosen);
    this.buttons.forEach((button, place) => {
      button.textContent = labelOf(answer, this.#texts[place]);
      button.ariaPressed = String(this.#texts[place] === this.#chosen);
    });
    return isChosen ? withChoice(answer, this.#chosen) : answer;
  }

  /** Whether the user has still to answer. */
  get isOpen() {
    return this.#answer !== null && !this.#texts.includes(this.#chosen);
  }

  hide() {
    this.#answer = null;
    this.group.hidden = true;
  }

  /** Forgets the choice: what is written is about to change. */
  reset() {
    this.#chosen = null;
  }

  get #texts() {
    return [this.#answer.text, this.#answer.text_apart];
  }
}

/** @returns {string} how one of an answer's texts is called */
function labelOf({ text_apart }, text) {
  const numbers = text.split("\n");
  return text === text_apart ? translate("{numbers} apart", { numbers: and.format(numbers) }) : numbers.join(", ");
}
