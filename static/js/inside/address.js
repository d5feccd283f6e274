/**
 * The chosen neuron in the address, so that it can be linked: ?inside=network&neuron=12, ?inside=layers&unit=3-17-5-7.
 * People count from 1; outputs are named by their digit, output-7.
 */

import { storeInAddress } from "../address.js";
import { isOutput } from "./network_layers.js";

const OUTPUT = /^output-(\d)$/;

/** @param {string} name @returns {string} of the address, empty if it has none */
export const readAddress = (name) => new URLSearchParams(location.search).get(name) ?? "";

/** @param {string} name @param {string} value */
export function writeAddress(name, value) {
  if (readAddress(name) !== value) storeInAddress({ [name]: value });
}

/**
 * @param {import("./network_layers.js").Layer[]} layers
 * @param {import("./network_layers.js").Neuron} neuron
 * @returns {string} such as "3-17-5-7" for layer 3, map 17, row 5, column 7; "6-40" in a dense layer
 */
export function unitToText(layers, { layer, map, row, column }) {
  if (isOutput(layers[layer])) return `output-${map}`;
  return [layer, map + 1, ...(layers[layer].isConvolution ? [row + 1, column + 1] : [])].join("-");
}

/** @returns {import("./network_layers.js").Neuron?} null for a text that names none; not each network has it */
export function unitFromText(layers, text) {
  const output = OUTPUT.exec(text);
  if (output) return { layer: layers.length - 1, map: Number(output[1]), row: 0, column: 0 };
  if (!/^\d+-\d+(-\d+-\d+)?$/.test(text)) return null;
  const [layer, map, row = 1, column = 1] = text.split("-").map(Number);
  return { layer, map: map - 1, row: row - 1, column: column - 1 };
}

/** @param {{layer: "hidden" | "output", neuron: number}} chosen of the article's network */
export const neuronToText = ({ layer, neuron }) => (layer === "hidden" ? String(neuron + 1) : `output-${neuron}`);

/** @param {string} text @param {number} hidden how many hidden neurons there are */
export function neuronFromText(text, hidden) {
  const output = OUTPUT.exec(text);
  if (output) return { layer: "output", neuron: Number(output[1]) };
  const neuron = /^\d+$/.test(text) ? Number(text) - 1 : -1;
  return neuron >= 0 && neuron < hidden ? { layer: "hidden", neuron } : null;
}
