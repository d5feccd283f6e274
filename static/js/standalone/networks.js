/** The networks that the standalone file holds, each unpacked once, when it is first needed. */

import { parseTrained } from "../network/trained_network.js";

export const NAMES = ["article", "convnet"];
export const DEFAULT = "convnet";

/** @type {Map<string, Promise<import("../network/trained_network.js").TrainedNetwork>>} */
const loaded = new Map();

/** @param {string} name one of the names @returns {Promise<import("../network/trained_network.js").TrainedNetwork>} */
export function loadNetwork(name) {
  if (!loaded.has(name)) loaded.set(name, unpacked(name));
  return loaded.get(name);
}

async function unpacked(name) {
  const response = await globalThis.standalone.unpack(`networks/${name}`);
  return parseTrained(await response.arrayBuffer());
}

/** @param {string} name @returns {Promise<Float32Array>} all parameters: of each layer its weights, then its biases */
export async function parametersOf(name) {
  const { layers } = await loadNetwork(name);
  return Float32Array.from(layers.flatMap(({ weights, biases }) => [...weights, ...biases]));
}

/**
 * @param {string} name
 * @param {number} layer from 0
 * @param {number} channel from 0
 * @returns {Promise<Float32Array>} the weights of a channel, by row, column and channel of the inputs, and its bias
 */
export async function weightsOf(name, layer, channel) {
  const { weights, biases } = (await loadNetwork(name)).layers[layer];
  const outputs = biases.length;
  const count = weights.length / outputs;
  return Float32Array.from({ length: count + 1 }, (_, place) =>
    place < count ? weights[place * outputs + channel] : biases[channel],
  );
}
