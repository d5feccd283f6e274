/** A neuron of any layer in the address. */

import { isOutput } from "./network_layers.js";

const OUTPUT = /^output-(\d)$/;

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
