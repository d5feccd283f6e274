/**
 * Few pixels that turn a picture into another digit, by greedy search: of all pixels, it changes the one to paper or to
 * ink that lowers the lead of the others most, until the other digit leads. It does not prove that no fewer do.
 *
 * N. Papernot et al., "The limitations of deep learning in adversarial settings", EuroS&P 2016, choose pixels greedily
 * as well, by the slopes of the outputs. Here each change is computed exactly: a pixel that changes by d changes the sum
 * of hidden neuron j by w_j d, so 15 products replace the 784 of each sum.
 */

import { sigmoid } from "../network/exponential.js";
import { HIDDEN, OUTPUTS, inspect } from "../network/article.js";

const SHARPNESS = 2; // of the smooth maximum

/**
 * @typedef {{place: number, value: number, lead: number}} Step a pixel, what it becomes, and the lead that is left
 * @param {import("../network/article.js").Layers} network
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {number} target digit whose sum z is to be the largest
 * @returns {{steps: Step[], isSolved: boolean}} not solved where no pixel helps any more
 */
export function fewestPixels(network, pixels, target) {
  const { hidden, output } = inspect(network, pixels);
  const changed = Float64Array.from(pixels);
  const sums = Float64Array.from(hidden.z);
  const z = Float64Array.from(output.z);
  const steps = [];
  let cost = smoothLead(target, z);
  while (leadOver(target, z) >= 0) {
    const best = bestChange(network, changed, sums, target);
    if (best.cost >= cost) return { steps, isSolved: false };
    ({ cost } = best);
    addChange(network.hidden, sums, best.place, best.value - changed[best.place], sums);
    addOutputs(network.output, sums, z);
    changed[best.place] = best.value;
    steps.push({ place: best.place, value: best.value, lead: leadOver(target, z) });
  }
  return { steps, isSolved: true };
}

/** @param {ArrayLike<number>} z of the outputs @returns {number} the largest of the others minus the target's */
export function leadOver(target, z) {
  let largest = -Infinity;
  for (let digit = 0; digit < OUTPUTS; digit++) if (digit !== target) largest = Math.max(largest, z[digit]);
  return largest - z[target];
}

/** @returns {{place: number, value: number, cost: number}} the change of one pixel that helps most */
function bestChange({ hidden, output }, pixels, sums, target) {
  const changedSums = new Float64Array(HIDDEN);
  const z = new Float64Array(OUTPUTS);
  let best = { cost: Infinity };
  for (let place = 0; place < pixels.length; place++) {
    for (let value = 0; value <= 1; value++) {
      if (value === pixels[place]) continue;
      addChange(hidden, sums, place, value - pixels[place], changedSums);
      addOutputs(output, changedSums, z);
      const cost = smoothLead(target, z);
      if (cost < best.cost) best = { place, value, cost };
    }
  }
  return best;
}

/** Log Σ e^(2 (z_k - z_target)) over the others: where two of them lead together, it falls when one of them does. */
function smoothLead(target, z) {
  let sum = 0;
  for (let digit = 0; digit < OUTPUTS; digit++) {
    if (digit !== target) sum += Math.exp(SHARPNESS * (z[digit] - z[target]));
  }
  return Math.log(sum);
}

/** Writes the sums of the hidden neurons with one pixel changed: z_j + w_j d. */
function addChange({ weights }, sums, place, change, result) {
  for (let j = 0; j < HIDDEN; j++) result[j] = sums[j] + weights[place * HIDDEN + j] * change;
}

/** Writes the sums of the outputs. */
function addOutputs({ weights, biases }, sums, result) {
  result.set(biases);
  for (let j = 0; j < HIDDEN; j++) {
    const activation = sigmoid(sums[j]);
    for (let digit = 0; digit < OUTPUTS; digit++) result[digit] += weights[j * OUTPUTS + digit] * activation;
  }
}
