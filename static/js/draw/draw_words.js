/** Every text that the drawing page's scripts write. */

import { activationText } from "../ui/format.js";
import { isStandalone, language, translate, translatePlural } from "../ui/translate.js";

export const words = {
  prompt: isStandalone ? translate("Draw any digit.") : translate("Draw a digit, or a number with several digits."),
  penDown: translate("Pen down"),
  penUp: translate("Pen up"),
  undone: translate("Undone"),
  redone: translate("Redone"),
  padCleared: translate("Pad cleared"),
  notRead: translate("not read"),

  /**
   * @param {number} digit
   * @param {number} place in the number, from 1
   * @param {number} total of the number's digits
   * @param {boolean} isCertain
   */
  digitLabel: (digit, place, total, isCertain) =>
    isCertain
      ? translate("{digit}, digit {place} of {total}", { digit, place, total })
      : translate("{digit}, digit {place} of {total}, not certain", { digit, place, total }),

  /**
   * @param {number[]} activations of the digits 0 to 9
   * @returns {string} such as "7: 62 %, 1: 35 %, nothing else above 2 %"
   */
  inPercent(activations) {
    const ranked = activations.map((activation, digit) => ({ digit, activation }));
    ranked.sort((one, other) => other.activation - one.activation);
    const named = ranked.filter(({ activation }) => activation >= NAMED);
    const next = ranked[named.length]?.activation ?? 0;
    const percent = Math.max(1, Math.ceil(100 * next));
    if (named.length === 0) return translate("nothing above {percent} %", { percent });
    return [...named.map(share), translate("nothing else above {percent} %", { percent })].join(", ");
  },

  gaps: {
    apart: (numbers) => translate("{numbers} apart", { numbers: and.format(numbers) }),
    chosen: (choice) => translate("Chosen: {choice}.", { choice }),
  },

  readings: {
    kept: {
      all: translate("Kept in this tab of your browser until you close it, and nowhere else."),
      some: translate(
        "Kept in this tab of your browser until you close it, and nowhere else. It is full: after a reload the oldest are gone.",
      ),
      none: translate("This browser keeps nothing: after a reload everything is gone."),
    },
    notKept: translate("There was no room to keep this picture."),
    open: (text) => translate("{text}: back to the pad", { text }),
    label(text, isCertain, correction) {
      if (correction !== null) return translate("{text}, it was {correction}: correct or remove", { text, correction });
      return isCertain
        ? translate("{text}: correct or remove", { text })
        : translate("{text}, not certain: correct or remove", { text });
    },
    readAs: (text) => translate("Read as {text}. It was …", { text }),
    corrected: (text) => translate("Noted: it was {text}.", { text }),
    leftOut: (count) =>
      translatePlural(
        "{count} digit is left out of CSV and PNG, because it is not certain: choose it to say what it was.",
        "{count} digits are left out of CSV and PNG, because they are not certain: choose them to say what they were.",
        count,
      ),
    removed: (count) => translatePlural("Reading removed", "{count} readings removed", count),
    bringBack: (count) =>
      translatePlural("Bring back the removed reading", "Bring back {count} removed readings", count),
  },
};

const and = new Intl.ListFormat(language, { type: "conjunction" });
const NAMED = 0.2; // of the activations: smaller ones are not named

const share = ({ digit, activation }) =>
  activation > 0.99
    ? translate("{digit}: over 99 %", { digit })
    : translate("{digit}: {percent} %", { digit, percent: activationText(100 * activation, 0, 100) });
