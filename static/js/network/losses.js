/**
 * Each cost with its derivative beside it, as in nn/core/losses.py. N is the batch, C the classes. `outputs` come from the last
 * layer, `targets` are what they should be, both (N, C).
 */

import { softmax } from "./layers.js";

export const CLASSES = 10;

/** @param {ArrayLike<number>} labels (N) @returns {Float32Array} targets (N, C): a row of zeros with a one at its label */
export function oneHot(labels, nClasses = CLASSES) {
  const targets = new Float32Array(labels.length * nClasses);
  for (let n = 0; n < labels.length; n++) targets[n * nClasses + labels[n]] = 1;
  return targets;
}

/** `sum_c (outputs - targets)^2 / 2`: half the squared distance, the mean over the batch. */
export class QuadraticCost {
  constructor(nClasses = CLASSES) {
    this.nClasses = nClasses;
  }

  /** @param {Float64Array} outputs @returns {Float64Array} the outputs as they are: the last layer is a sigmoid */
  activations(outputs) {
    return outputs;
  }

  /** @param {ArrayLike<number>} outputs @param {ArrayLike<number>} targets @returns {number} the mean cost of the batch */
  cost(outputs, targets) {
    let sum = 0;
    for (let place = 0; place < outputs.length; place++) sum += (outputs[place] - targets[place]) ** 2;
    return (sum * this.nClasses) / (2 * outputs.length);
  }

  /** @returns {Float64Array} `(outputs - targets) / N` (N, C) */
  costDerivative(outputs, targets) {
    const n = outputs.length / this.nClasses;
    return Float64Array.from(outputs, (a, place) => (a - targets[place]) / n);
  }
}

/** `-sum_c targets log(softmax(outputs))`, the mean over the batch: the last layer has no activation function of its own. */
export class SoftmaxCrossEntropy {
  nClasses = CLASSES;

  /** @param {Float64Array} outputs @returns {Float64Array} the softmax of each example */
  activations(outputs) {
    const activations = new Float64Array(outputs.length);
    for (let at = 0; at < outputs.length; at += CLASSES) activations.set(softmax(outputs.subarray(at, at + CLASSES)), at);
    return activations;
  }

  /** @returns {number} the mean cost of the batch, in nats: by Math.log, whose last bits differ from browser to browser */
  cost(outputs, targets) {
    let sum = 0;
    for (let at = 0; at < outputs.length; at += CLASSES) {
      const logits = outputs.subarray(at, at + CLASSES);
      const largest = Math.max(...logits);
      const logOfSum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit - largest), 0));
      for (let c = 0; c < CLASSES; c++) sum -= targets[at + c] * (logits[c] - largest - logOfSum);
    }
    return (sum * CLASSES) / outputs.length;
  }

  /** @returns {Float64Array} `(softmax(outputs) - targets) / N` (N, C) */
  costDerivative(outputs, targets) {
    const n = outputs.length / CLASSES;
    return this.activations(outputs).map((a, place) => (a - targets[place]) / n);
  }
}
