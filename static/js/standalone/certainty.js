/** Which answers are certain, as nn/reading/certainty_model.py and certainty.py say. */

const LEAST = 1e-4; // of a probability in a feature, so that its logarithm is finite
const MIN_OF_TWO = 0.8; // activation of the two likeliest digits together, where there is a digit
const DECIMALS = 6; // of activations

/**
 * @typedef {{bias: number, weights: Record<string, number>, usual: Record<string, number>, threshold: number}} Judge of answers
 */

/** @returns {Promise<Judge>} */
export const loadCertainty = async () => (await globalThis.standalone.unpack("certainty")).json();

/** Whether the probability that a digit is right is high enough: as `LogisticRegression` of nn/reading/certainty_model.py. */
export function isCertain(activations, { bias, weights, usual, threshold }) {
  const [best, second] = [...activations].sort((one, other) => other - one);
  const features = {
    confidence: Math.log((best + LEAST) / (1 - best + LEAST)),
    neither: Math.log(Math.max(1 - best - second, 0) + LEAST),
  };
  const terms = Object.entries(features).map(([name, value]) => weights[name] * (value - usual[name]));
  return 1 / (1 + Math.exp(-terms.reduce((sum, term) => sum + term, bias))) >= threshold;
}

/** @returns {string?} as `doubt_of_digit` of nn/reading/certainty.py */
export function doubtOf(activations, isSure, isOther) {
  const [best, second] = [...activations].sort((one, other) => other - one);
  if (!isSure && best + second < MIN_OF_TWO) return "not_a_digit";
  return !isSure || isOther ? "unclear" : null;
}

/** @param {ArrayLike<number>} activations as a network computes them @returns {number[]} as answers have them */
export const rounded = (activations) => Array.from(activations, (each) => Number(each.toFixed(DECIMALS)));
