/**
 * The exponential function and the sigmoid, with the same bits in every browser.
 *
 * ECMAScript leaves the last bits of Math.exp to the browser, and a training amplifies them. Here are only additions,
 * multiplications and divisions of float64, which IEEE 754 rounds in one way.
 */

const LN2 = 0.6931471805599453;
// The same in two parts: the first has 21 trailing zero bits, so that its product with a small integer is exact.
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
const SMALLEST_EXPONENT = -1074; // below 2 to it float64 has no number but 0
const TERMS = 14; // of the series: the next one is below 2e-17

const POWERS_OF_2 = new Float64Array(1 - SMALLEST_EXPONENT).fill(1);
for (let k = 1; k < POWERS_OF_2.length; k++) POWERS_OF_2[k] = POWERS_OF_2[k - 1] / 2;

/**
 * e^x = 2^-k e^r, where k is an integer and r from -ln(2)/2 to ln(2)/2; e^r is the sum of r^n / n!.
 * @param {number} x at most 0: the sigmoid and the softmax need no other
 * @returns {number} from 0 to 1
 */
export function exp(x) {
  const k = Math.floor(0.5 - x / LN2);
  if (!(k < POWERS_OF_2.length)) return Number.isNaN(x) ? NaN : 0;
  const r = x + k * LN2_HIGH + k * LN2_LOW;
  let sum = 1;
  for (let n = TERMS; n > 0; n--) sum = 1 + (r / n) * sum; // Horner's scheme
  return sum * POWERS_OF_2[k];
}

/** @param {number} z @returns {number} 1 / (1 + e^-z), from 0 to 1 */
export function sigmoid(z) {
  const small = exp(z < 0 ? z : -z);
  return z < 0 ? small / (1 + small) : 1 / (1 + small);
}
