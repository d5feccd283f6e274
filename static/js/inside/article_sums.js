/** The sum of a neuron of the article's network, taken apart: products of its inputs and weights, above and below 0. */

/**
 * @typedef {{products: number[], up: number, down: number, ups: number, downs: number}} Sum
 *   up and down: what the products above and below 0 add up to; ups and downs: how many these are
 */

/**
 * @param {import("../network/article.js").Layer} layer
 * @param {ArrayLike<number>} inputs activations of the layer before
 * @param {number} neuron
 * @returns {Sum}
 */
export function weightedSum(layer, inputs, neuron) {
  return addUp(incomingWeights(layer, neuron).map((weight, i) => weight * inputs[i]));
}

/** @param {number[]} products @returns {Sum} */
export function addUp(products) {
  const above = products.filter((product) => product > 0);
  const below = products.filter((product) => product < 0);
  const total = (numbers) => numbers.reduce((sum, each) => sum + each, 0);
  return { products, up: total(above), down: total(below), ups: above.length, downs: below.length };
}

/** @returns {number[]} the weights of one neuron, by input */
export function incomingWeights({ weights, biases }, neuron) {
  const inputs = weights.length / biases.length;
  return Array.from({ length: inputs }, (_, i) => weights[i * biases.length + neuron]);
}

/** @returns {number[]} the weights of the neurons of a layer for one of its inputs */
export function outgoingWeights({ weights, biases }, input) {
  return Array.from(biases, (_, neuron) => weights[input * biases.length + neuron]);
}

/**
 * @param {import("../network/article.js").Layer} layer of the outputs
 * @param {{hidden: import("../network/article.js").Computed, output: import("../network/article.js").Computed}} computed
 * @returns {{layer: "hidden", neuron: number}} the hidden neuron that adds most to the largest output
 */
export function strongestHidden(layer, { hidden, output }) {
  const [answer] = twoLargest(output.activations);
  const products = hidden.activations.map((a, j) => a * outgoingWeights(layer, j)[answer]);
  return { layer: "hidden", neuron: twoLargest(products)[0] };
}

/** @param {number[]} values @param {number} count @returns {number[]} places of the largest magnitudes, without zeros */
export function strongest(values, count) {
  return values
    .map((_, place) => place)
    .filter((place) => values[place] !== 0)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, count);
}

/** @param {number[]} values @returns {[number, number]} the places of the largest and of the second largest */
export function twoLargest(values) {
  const [first, second] = values.map((_, place) => place).sort((a, b) => values[b] - values[a]);
  return [first, second];
}

/** A neuron of the article's network in the address. */

const OUTPUT = /^output-(\d)$/;

/** @param {{layer: "hidden" | "output", neuron: number}} chosen of the article's network */
export const neuronToText = ({ layer, neuron }) => (layer === "hidden" ? String(neuron + 1) : `output-${neuron}`);

/** @param {string} text @param {number} hidden how many hidden neurons there are */
export function neuronFromText(text, hidden) {
  const output = OUTPUT.exec(text);
  if (output) return { layer: "output", neuron: Number(output[1]) };
  const neuron = /^\d+$/.test(text) ? Number(text) - 1 : -1;
  return neuron >= 0 && neuron < hidden ? { layer: "hidden", neuron } : null;
}
