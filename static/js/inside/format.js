/** Numbers as people read them. */

import { formatNumber } from "../translate.js";

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
 * @param {number} activation
 * @param {number} [decimals]
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

/** @param {string} text of an activation @returns {string} what follows "a" in an equation: "= 0.967" or "> 0.999" */
export const equals = (text) => text.replace(/^[<>]?/, (sign) => `${sign || "="} `);
