// Reads an answer, and places and weights of neurons, from the standard input; writes their activations.

import { readFileSync } from "node:fs";
import { layersOf, neuronAt, sumOf } from "../../../static/js/inside/layer_sums.js";
import { parseWeights } from "../../../static/js/inside/layers_view.js";

const { answer, pixels, neurons } = JSON.parse(readFileSync(0, "utf8"));
const layers = layersOf(answer, pixels);
const activations = neurons.map(({ layer, place, weights }) => {
  const parsed = parseWeights(new Uint8Array(Buffer.from(weights, "base64")).buffer);
  return sumOf(parsed, layers[layer + 1], layers[layer], neuronAt(layers, layer + 1, place)).activation;
});
process.stdout.write(JSON.stringify(activations));
