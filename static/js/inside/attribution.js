/**
 * Why one output and not another: integrated gradients on the gap between their sums z.
 *
 * M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", ICML 2017, equation 1:
 * pixel i contributes x_i ∫ dF/dx_i(t x) dt, t from 0 (blank paper) to 1 (the picture). F is the gap
 * z_first - z_second = Σ_j v_j sigmoid(s_j + b_j) + constant, with s_j = Σ_i w_ij x_i and v_j the difference of
 * the two outputs' weights. With one hidden layer the integral has a closed form:
 *
 *   contribution_i = Σ_j v_j (sigmoid(s_j + b_j) - sigmoid(b_j)) · w_ij x_i / s_j
 *
 * In words: what the picture changes at neuron j is divided among the pixels in proportion to w·x. The
 * contributions add up to the picture's gap minus the gap of blank paper. A pixel without ink contributes 0.
 */

import { HIDDEN, inspect, OUTPUTS } from "../network/article.js";
import { sigmoid } from "../network/layers.js";
import { SIDE } from "../ui/pixels.js";

const SMALLEST_SUM = 1e-9; // below it the slope of the sigmoid is the limit

/**
 * @param {import("../network/article.js").Layers} network
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {number} first output whose sum is larger
 * @param {number} second output that it is compared with
 * @returns {{contributions: number[], gap: number, blankGap: number}} contributions sum to gap - blankGap
 */
export function explainGap(network, pixels, first, second) {
  const gapOf = ({ output: { z } }) => z[first] - z[second];
  const gap = gapOf(inspect(network, pixels));
  const blankGap = gapOf(inspect(network, new Float64Array(pixels.length)));
  const rates = changePerInput(network, pixels, first, second);
  const { weights } = network.hidden;
  const contributions = Array.from(pixels, (pixel, i) =>
    rates.reduce((sum, rate, j) => sum + rate * weights[i * HIDDEN + j] * pixel, 0),
  );
  return { contributions, gap, blankGap };
}

/** @returns {number[]} by hidden neuron: what the gap changes by for each unit of its weighted sum */
function changePerInput({ hidden, output }, pixels, first, second) {
  return Array.from(hidden.biases, (bias, j) => {
    let sum = 0;
    for (let i = 0; i < pixels.length; i++) sum += hidden.weights[i * HIDDEN + j] * pixels[i];
    const v = output.weights[j * OUTPUTS + first] - output.weights[j * OUTPUTS + second];
    const slope = sigmoid(bias) * (1 - sigmoid(bias));
    return v * (Math.abs(sum) < SMALLEST_SUM ? slope : (sigmoid(sum + bias) - sigmoid(bias)) / sum);
  });
}

/**
 * Few pixels that turn a picture into another digit, by greedy search: of all pixels, it changes the one to paper or to
 * ink that lowers the lead of the others most, until the other digit leads. It does not prove that no fewer do.
 *
 * N. Papernot et al., "The limitations of deep learning in adversarial settings", EuroS&P 2016, choose pixels greedily
 * as well, by the slopes of the outputs. Here each change is computed exactly: a pixel that changes by d changes the sum
 * of hidden neuron j by w_j d, so 15 products replace the 784 of each sum.
 */

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

/** @returns {{left: number, top: number, width: number, height: number}} of the pixels above 0, in pixels */
export function outline(pixels) {
  const places = Array.from(pixels, (pixel, place) => (pixel > 0 ? place : -1)).filter((place) => place >= 0);
  const columns = places.map((place) => place % SIDE);
  const rows = places.map((place) => Math.floor(place / SIDE));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { left, top, width: Math.max(...columns) - left + 1, height: Math.max(...rows) - top + 1 };
}
