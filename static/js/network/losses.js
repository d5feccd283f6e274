/** The quadratic cost with its derivative beside it, as in nn/core/losses.py. N is the batch, C the classes. */

export const CLASSES = 10;

/** @param {ArrayLike<number>} labels (N) @returns {Float32Array} targets (N, C): a row of zeros with a one at its label */
export function oneHot(labels) {
  const targets = new Float32Array(labels.length * CLASSES);
  for (let n = 0; n < labels.length; n++) targets[n * CLASSES + labels[n]] = 1;
  return targets;
}

/** `sum_c (outputs - targets)^2 / 2`: half the squared distance, the mean over the batch. */
export class QuadraticCost {
  /** @param {ArrayLike<number>} outputs @param {ArrayLike<number>} targets (N, C) each @returns {number} the mean cost of the batch */
  cost(outputs, targets) {
    let sum = 0;
    for (let place = 0; place < outputs.length; place++) sum += (outputs[place] - targets[place]) ** 2;
    return (sum * CLASSES) / (2 * outputs.length);
  }

  /** @returns {Float64Array} `(outputs - targets) / N` (N, C) */
  costDerivative(outputs, targets) {
    const n = outputs.length / CLASSES;
    return Float64Array.from(outputs, (a, place) => (a - targets[place]) / n);
  }
}
