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
