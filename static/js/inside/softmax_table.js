/** How softmax makes the ten activations of the sums of the outputs. */

import { element, table } from "./dom.js";
import { activationText, fixed, signed } from "./format.js";
import { words } from "./layer_words.js";

/**
 * @param {import("./network_layers.js").Layer} layer
 * @returns {Node[]} nothing for another layer than an output layer with softmax
 */
export function softmaxTable({ name, sums, temperature, outputs }) {
  if (name !== "Softmax()") return [];
  const powers = sums.map((z) => Math.exp(z / temperature));
  const total = powers.reduce((sum, each) => sum + each, 0);
  const rows = sums.map((z, digit) => [String(digit), signed(z, 3), fixed(powers[digit], 3), activationText(outputs[digit])]);
  rows.push([words.softmaxTotal, "", fixed(total, 3), ""]);
  const notes = [words.softmaxNote, ...(temperature === 1 ? [] : [words.temperatureNote(temperature)])];
  return [
    element("h3", {}, words.softmaxTitle),
    table(words.softmaxHeadings(temperature), rows),
    element("p", { className: "quiet" }, notes.join(" ")),
  ];
}
