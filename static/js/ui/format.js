/** Numbers and JSON as people read them, and how far a share that was counted may be off. */

import { formatNumber, language, translate } from "./translate.js";

const MINUS = "−";

/** @param {number} value @param {number} digits after the point @returns {string} with a real minus sign; no -0.00 */
export function fixed(value, digits = 2) {
  const text = formatNumber(Math.abs(value), digits);
  return Number(value.toFixed(digits)) < 0 ? MINUS + text : text;
}

/** @param {number} value @param {number} digits after the point @returns {string} with its sign: +1.50, −1.50 */
export function signed(value, digits = 2) {
  const text = fixed(value, digits);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

/**
 * The one rule by which every page shows activations: rounded, to three decimals where no other number needs more.
 *
 * What is below 1 is never shown as 1, and what is not 0 never as 0: ">0.999", "<0.001". 1 is ">0.999", too: no sigmoid
 * and no softmax reaches it, only its rounding does. 0 is 0.000: a silenced neuron passes it on, a ReLU gives it. Levels of
 * pixels are not computed, 1 is possible, and three decimals distinguish all 256: they are ``fixed(level, 3)``.
 * `Language.activation` does the same for what the server writes into a page.
 * @param {number} [whole] 100 where the activation is in percent
 */
export function activationText(activation, decimals = 3, whole = 1) {
  const size = Math.abs(activation);
  const rounded = Number(size.toFixed(decimals));
  if (size === 0 || size > whole || (rounded > 0 && rounded < whole)) return fixed(activation, decimals);
  const step = 10 ** -decimals;
  const bound = Math.sign(activation) * (rounded === 0 ? step : whole - step);
  return `${activation < bound ? "<" : ">"}${fixed(bound, decimals)}`;
}

/**
 * An activation of an output, as `activationText`: no sigmoid and no softmax gives 0, only rounding does, here or of the server.
 * @param {number} activation @returns {string}
 */
export const outputText = (activation) => activationText(Math.max(activation, Number.MIN_VALUE));

const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });

/** @param {number} value @returns {string} such as "3", "0.05", "0.00002" */
export const plain = (value) => short.format(value);

/** @param {number} digit @returns {string} such as "a 7", "an 8" */
export const aDigit = (digit) => (digit === 8 ? translate("an {digit}", { digit }) : translate("a {digit}", { digit }));

/** @param {number} part 0..1 @param {number} decimals @returns {string} such as "88.6 %" */
export const percent = (part, decimals = 1) => translate("{percent} %", { percent: formatNumber(100 * part, decimals) });

/** @param {string} text of an activation @returns {string} what follows "a" in an equation: "= 0.967" or "> 0.999" */
export const equals = (text) => text.replace(/^[<>]?/, (sign) => `${sign || "="} `);

const NAMED = 0.2; // of the activations: smaller ones are not named

/** @param {number[]} activations of the digits 0 to 9 @returns {string} "over 99 %", or "7: 62 %, 1: 35 %" where several are large */
export function inPercent(activations) {
  const ranked = activations.map((activation, digit) => ({ digit, share: shareText(activation), activation }));
  ranked.sort((one, other) => other.activation - one.activation);
  const named = ranked.filter(({ activation }) => activation >= NAMED);
  if (named.length > 1) return named.map((each) => translate("{digit}: {share}", each)).join(", ");
  return named[0]?.share ?? translate("nothing above {percent} %", { percent: Math.ceil(100 * ranked[0].activation) });
}

/** @param {number} activation 0..1 @returns {string} in percent, by the same rule as `activationText` */
export const activationPercent = (activation, decimals = 0) =>
  translate("{percent} %", { percent: activationText(100 * activation, decimals, 100) });

/** @param {number} activation of an output @returns {string} as `outputText`, in percent: "99.3 %", "<0.1 %" */
export const outputPercent = (activation) => activationPercent(Math.max(activation, Number.MIN_VALUE), 1);

const shareText = (share) => (share > 0.99 ? translate("over 99 %") : activationPercent(share));

const Z = 1.959964; // of the normal distribution: 95 % lie within that many standard deviations

/**
 * Returns the 95 % confidence interval of a proportion (Wilson 1927), which holds for few examples too, and near 0 and 1.
 * @param {number} n_right of those that were counted
 * @param {number} n_total at least 1
 * @returns {[number, number]} its bounds, 0..1
 */
export function wilsonInterval(n_right, n_total) {
  const share = n_right / n_total;
  const z2 = (Z * Z) / n_total;
  const middle = share + z2 / 2;
  const spread = Z * Math.sqrt((share * (1 - share) + z2 / 4) / n_total);
  return [middle - spread, middle + spread].map((bound) => Math.min(1, Math.max(0, bound / (1 + z2))));
}

const LONG = 60; // characters that are shown of a data URL

/**
 * Indents JSON, keeps lists of numbers on one line, and shortens data URLs.
 * @param {string} text of the server's answer
 * @returns {string} the text itself when it is not JSON
 */
export function readable(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const indented = JSON.stringify(value, (_, part) => shortened(part), 2);
  return indented.replace(/\[[\s\d.,e+-]*\]/g, (list) => list.replace(/\s/g, "").replaceAll(",", ", "));
}

/** Shortens the data URL of a picture, and leaves sentences whole. */
function shortened(value) {
  if (typeof value !== "string" || !value.startsWith("data:") || value.length <= LONG) return value;
  return value.slice(0, LONG) + translate("… {count} more characters", { count: formatNumber(value.length - LONG) });
}
