/** What a network read of a class's digits, beside what was written. */

/** @typedef {import("./sheets.js").Digit} Digit @typedef {import("./sheets.js").Reading} Reading */

/** @param {Digit} digit @param {string} model @returns {Reading | undefined} what that network read */
export const readingOf = ({ readings }, model) => readings.find((each) => each.model === model);

/**
 * @param {Digit[]} digits
 * @param {string} model
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

function byConfidence(digits, model) {
  const confidence = (digit) => readingOf(digit, model).confidence;
  return digits.filter((digit) => readingOf(digit, model)).sort((one, other) => confidence(other) - confidence(one));
}
