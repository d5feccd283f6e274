/** The sum of a neuron of the article's network, taken apart: products of its inputs and weights, above and below 0. */

import { activationText, signed } from "../ui/format.js";
import { rowAndColumn } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";

/**
 * @typedef {{layer: "hidden" | "output", neuron: number}} Chosen a neuron of the article's network
 * @typedef {{products: number[], up: number, down: number, ups: number, downs: number}} Sum
 *   up and down: what the products above and below 0 add up to; ups and downs: how many these are
 */

/**
 * @param {ArrayLike<number>} inputs activations of the layer before
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

/** @returns {[string, string][]} the steps from the products to the sum z, with their names */
export const sumRows = ({ up, down, ups, downs }, bias, z) => [
  [translate("{ups} products w·a above 0", { ups }), signed(up)],
  [translate("{downs} products w·a below 0", { downs }), signed(down)],
  [translate("Σ w·a, the weighted sum"), signed(up + down)],
  [translate("b, the bias"), signed(bias)],
  ["z = Σ w·a + b", signed(z)],
];

export const SIGMOID = "a = sigmoid(z) = 1 / (1 + e⁻ᶻ)";

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
 * @returns {Chosen} the hidden neuron that adds most to the largest output
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

/** @param {number[]} activations of the outputs @returns {string} what they say */
export function answerSentence(activations) {
  const [first, second] = twoLargest(activations);
  const [firstActivation, secondActivation] = [first, second].map((digit) => activationText(activations[digit]));
  return translate(
    "The 15 neurons give {first}, activation {firstActivation}. Next: {second}, activation {secondActivation}.",
    { first, second, firstActivation, secondActivation },
  );
}

export const neuronName = ({ layer, neuron }) =>
  layer === "hidden" ? translate("Hidden neuron {number}", { number: neuron + 1 }) : translate("Output {digit}", { digit: neuron });

/** @param {number} place of a pixel, 0..783 */
export const pixelName = (place) => translate("row {row}, column {column}", rowAndColumn(place));

const OUTPUT = /^output-(\d)$/;

/** @param {Chosen} chosen @returns {string} as the address has it */
export const neuronToText = ({ layer, neuron }) => (layer === "hidden" ? String(neuron + 1) : `output-${neuron}`);

/** @param {string} text @param {number} hidden how many hidden neurons there are @returns {Chosen?} */
export function neuronFromText(text, hidden) {
  const output = OUTPUT.exec(text);
  if (output) return { layer: "output", neuron: Number(output[1]) };
  const neuron = /^\d+$/.test(text) ? Number(text) - 1 : -1;
  return neuron >= 0 && neuron < hidden ? { layer: "hidden", neuron } : null;
}
