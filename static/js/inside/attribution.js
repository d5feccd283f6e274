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
