/** How layers and neurons are called: in texts, and in the address. What the article's network says is here, too. */

import { activationText, outputText } from "../ui/format.js";
import { rowAndColumn } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { hasNeuron, isOutput, twoLargest } from "./sums.js";

/** @typedef {import("./sums.js").Layer} Layer @typedef {import("./sums.js").Neuron} Neuron */

/** @param {Layer[]} layers @param {number} number of one of them, from 1 */
export const layerName = (layers, number) =>
  isOutput(layers[number]) ? translate("Output") : translate("Layer {number}", { number });

/** @param {Layer[]} layers @param {number} number of one of them, from 1 */
export function layerTitle(layers, number) {
  const { name, isConvolution } = layers[number];
  const activation = name.replace("()", ""); // such as ReLU
  if (isOutput(layers[number])) return translate("Output: {activation}", { activation });
  if (isConvolution) return translate("Layer {number}: convolution, {activation}", { number, activation });
  return translate("Layer {number}: {activation}", { number, activation });
}

/** @param {Layer[]} layers @returns {boolean} whether a network has one hidden layer, as the article's */
const hasOneHiddenLayer = (layers) => layers.length === 3;

/** @param {Layer[]} layers @param {Neuron} neuron as `Chosen` names it in a network with one hidden layer @returns {Chosen} */
export const asChosen = (layers, { layer, map }) => ({ layer: isOutput(layers[layer]) ? "output" : "hidden", neuron: map });

/** @param {Layer[]} layers @param {Neuron} neuron */
export function nameIn(layers, { layer, map, row, column }) {
  if (isOutput(layers[layer]) || hasOneHiddenLayer(layers)) return neuronName(asChosen(layers, { layer, map }));
  if (!layers[layer].isConvolution) return translate("Layer {layer}, neuron {neuron}", { layer, neuron: map + 1 });
  const place = { layer, map: map + 1, row: row + 1, column: column + 1 };
  return translate("Layer {layer}, map {map}, row {row}, column {column}", place);
}

/** What a neuron of the next layer multiplies by weights. @param {number} layer 0 for the picture */
export function inputName(layers, layer, map) {
  if (layer === 0) return translate("The picture");
  const number = map + 1;
  return layers[layer].isConvolution ? translate("Map {number}", { number }) : translate("Neuron {number}", { number });
}

/** @param {Layer} layer of the neuron with this activation @returns {string} */
export const activationIn = ({ name }, activation) =>
  (["Sigmoid()", "Softmax()"].includes(name) ? outputText : activationText)(activation);

/** @returns {string} "3-17-5-7" for layer 3, map 17, row 5, column 7; "6-40" in a dense layer; "12" in the only hidden one */
export function toText(layers, { layer, map, row, column }) {
  if (isOutput(layers[layer]) || hasOneHiddenLayer(layers)) return neuronToText(asChosen(layers, { layer, map }));
  return [layer, map + 1, ...(layers[layer].isConvolution ? [row + 1, column + 1] : [])].join("-");
}

/** @returns {Neuron?} null for a text that names no neuron of this network */
export function fromText(layers, text) {
  const output = /^output-(\d)$/.exec(text);
  if (output) return { layer: layers.length - 1, map: Number(output[1]), row: 0, column: 0 };
  const whole = hasOneHiddenLayer(layers) && /^\d+$/.test(text) ? `1-${text}` : text;
  if (!/^\d+-\d+(-\d+-\d+)?$/.test(whole)) return null;
  const [layer, map, row = 1, column = 1] = whole.split("-").map(Number);
  const neuron = { layer, map: map - 1, row: row - 1, column: column - 1 };
  return hasNeuron(layers, neuron) ? neuron : null;
}

/** @typedef {{layer: "hidden" | "output", neuron: number}} Chosen a neuron of the article's network */

/** @param {Chosen} chosen */
export const neuronName = ({ layer, neuron }) =>
  layer === "hidden" ? translate("Hidden neuron {number}", { number: neuron + 1 }) : translate("Output {digit}", { digit: neuron });

/** @param {Chosen} chosen @returns {string} as the address has it */
export const neuronToText = ({ layer, neuron }) => (layer === "hidden" ? String(neuron + 1) : `output-${neuron}`);

/** @param {number} place of a pixel, 0..783 */
export const pixelName = (place) => translate("row {row}, column {column}", rowAndColumn(place));

export const SIGMOID = "a = sigmoid(z) = 1 / (1 + e⁻ᶻ)";

/** @param {number[]} activations of the outputs @returns {string} what they say */
export function answerSentence(activations) {
  const [first, second] = twoLargest(activations);
  const [firstActivation, secondActivation] = [first, second].map((digit) => activationText(activations[digit]));
  return translate(
    "The 15 neurons give {first}, activation {firstActivation}. Next: {second}, activation {secondActivation}.",
    { first, second, firstActivation, secondActivation },
  );
}
