/** Numbers as people read them. */

const MINUS = "−";

/** @param {number} value @param {number} digits after the point @returns {string} with a real minus sign; no -0.00 */
export function fixed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) > 0 ? MINUS + text : text;
}

/** @param {number} value @param {number} digits after the point @returns {string} with its sign: +1.50, −1.50 */
export function signed(value, digits = 2) {
  const text = fixed(value, digits);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

/** @param {number} activation 0..1 @returns {string} cut off, not rounded; no activation is 1, only closer than shown */
export const cutOff = (activation) =>
  activation < 1 ? (Math.floor(1000 * activation) / 1000).toFixed(3) : "> 0.999";
