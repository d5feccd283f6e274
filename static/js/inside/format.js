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

/** @param {number} activation 0..1 @returns {string} cut off, not rounded; no activation is 1, only closer than shown */
export const cutOff = (activation) =>
  activation < 1 ? formatNumber(Math.floor(1000 * activation) / 1000, 3) : `> ${formatNumber(0.999, 3)}`;
