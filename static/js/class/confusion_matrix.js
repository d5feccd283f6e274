/** What a network read of a class's digits, beside what was written: the confusion matrix, in numbers and as a table. */

import { element } from "../ui/dom.js";
import { activationPercent, wilsonInterval } from "../ui/format.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";

/** @typedef {import("./sheets.js").Digit} Digit @typedef {import("./sheets.js").Reading} Reading */

/** @param {Digit} digit @param {string} model @returns {Reading | undefined} what that network read */
export const readingOf = ({ readings }, model) => readings.find((reading) => reading.model === model);

/**
 * @returns {Digit[][][]} the confusion matrix: for each digit that was written (10 rows), for each that was read (10
 *   columns), the class's digits; first those that the network was most confident of
 */
export function confusionMatrix(digits, model) {
  const matrix = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => []));
  for (const digit of byConfidence(digits, model)) matrix[digit.label][readingOf(digit, model).digit].push(digit);
  return matrix;
}

/** @returns {{n_right: number, n_total: number}} of what the network read */
export function score(digits, model) {
  const read = digits.filter((digit) => readingOf(digit, model));
  return { n_right: read.filter((digit) => isRight(digit, model)).length, n_total: read.length };
}

/** @returns {Digit[]} what the network read wrongly: first where it was certain, and of these the most confident */
export function mistakes(digits, model) {
  const wrong = byConfidence(digits, model).filter((digit) => !isRight(digit, model));
  return [true, false].flatMap((isCertain) => wrong.filter((digit) => readingOf(digit, model).certain === isCertain));
}

/** @returns {boolean} whether the network read what was written */
export const isRight = (digit, model) => readingOf(digit, model)?.digit === digit.label;

/** What a network read, for people who do not see the picture. @param {Digit} digit @param {Reading} reading */
export function readingText({ label }, { digit, certain }) {
  const values = { label, digit };
  if (certain) {
    return label === digit ? translate("{label}, read right", values) : translate("{label}, read as {digit}, and certain", values);
  }
  return label === digit
    ? translate("{label}, read right, not certain", values)
    : translate("{label}, read as {digit}, not certain", values);
}

/** @param {Reading} reading @returns {string} its confidence in percent */
export const confidenceText = ({ confidence }) => activationPercent(confidence, 1);

export const scoreText = ({ n_right, n_total }) =>
  translate("{right} of {total} right", { right: formatNumber(n_right), total: formatNumber(n_total) });

/** @returns {string} the share that was read right, and how far off it may be */
export function accuracyText({ n_right, n_total }) {
  const [low, high] = wilsonInterval(n_right, n_total).map((bound) => formatNumber(100 * bound));
  const percent = formatNumber((100 * n_right) / n_total, 1);
  return translate("{percent} % (with many more digits: probably {low} to {high} %)", { percent, low, high });
}

/** What a cell of the matrix holds. */
export const cellText = (label, read, count) =>
  label === read
    ? translatePlural("{label} read right: {count} picture", "{label} read right: {count} pictures", count, { label })
    : translatePlural("{label} read as {read}: {count} picture", "{label} read as {read}: {count} pictures", count, { label, read });

function byConfidence(digits, model) {
  const confidence = (digit) => readingOf(digit, model).confidence;
  return digits.filter((digit) => readingOf(digit, model)).sort((one, other) => confidence(other) - confidence(one));
}

export class MatrixView {
  /**
   * @param {HTMLTableElement} table with a head
   * @param {(label: number, read: number) => void} onChoose
   */
  constructor(table, onChoose) {
    this.body = table.tBodies[0];
    this.body.addEventListener("click", ({ target }) => {
      const { label, read } = target.closest("button")?.dataset ?? {};
      if (label) onChoose(Number(label), Number(read));
    });
  }

  /** @param {Digit[][][]} matrix @param {{label: number, read: number}?} chosen */
  show(matrix, chosen) {
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset : {};
    this.body.replaceChildren(...matrix.map((cells, label) => row(cells, label, chosen)));
    this.body.querySelector(`[data-label="${focused.label}"][data-read="${focused.read}"]`)?.focus();
  }
}

function row(cells, label, chosen) {
  const total = cells.reduce((sum, digits) => sum + digits.length, 0);
  const values = { right: formatNumber(cells[label].length), total: formatNumber(total) };
  const heading = element("th", { scope: "row" }, String(label));
  const score = element("td", { className: "row-score" }, total > 0 ? translate("{right} of {total}", values) : "");
  return element("tr", {}, heading, ...cells.map(({ length }, read) => cell(length, total, label, read, chosen)), score);
}

function cell(count, total, label, read, chosen) {
  const made = element("td", { className: label === read ? "is-right" : "" });
  if (count === 0) return made;
  const isChosen = chosen?.label === label && chosen.read === read;
  const button = element("button", { type: "button", ariaLabel: cellText(label, read, count), ariaPressed: String(isChosen) });
  button.textContent = count;
  Object.assign(button.dataset, { label, read });
  made.style.setProperty("--share", count / total);
  made.classList.toggle("is-wrong", label !== read);
  made.append(button);
  return made;
}
