/** How the layers and neurons of any network are called: in texts, and in the address. */

import { activationText, outputText } from "../ui/format.js";
import { translate } from "../ui/translate.js";
import { isOutput } from "./layer_sums.js";

/** @typedef {import("./layer_sums.js").Layer} Layer @typedef {import("./layer_sums.js").Neuron} Neuron */

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

export function unitName(layers, { layer, map, row, column }) {
  if (isOutput(layers[layer])) return translate("Output {digit}", { digit: map });
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
export const unitActivation = ({ name }, activation) =>
  (["Sigmoid()", "Softmax()"].includes(name) ? outputText : activationText)(activation);

const OUTPUT = /^output-(\d)$/;

/** @returns {string} "3-17-5-7" for layer 3, map 17, row 5, column 7; "6-40" in a dense layer */
export function unitToText(layers, { layer, map, row, column }) {
  if (isOutput(layers[layer])) return `output-${map}`;
  return [layer, map + 1, ...(layers[layer].isConvolution ? [row + 1, column + 1] : [])].join("-");
}

/** @returns {Neuron?} null for a text that names none; not each network has it */
export function unitFromText(layers, text) {
  const output = OUTPUT.exec(text);
  if (output) return { layer: layers.length - 1, map: Number(output[1]), row: 0, column: 0 };
  if (!/^\d+-\d+(-\d+-\d+)?$/.test(text)) return null;
  const [layer, map, row = 1, column = 1] = text.split("-").map(Number);
  return { layer, map: map - 1, row: row - 1, column: column - 1 };
}
