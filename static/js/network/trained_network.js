/**
 * A trained network that reads: it is parsed from the bytes of `app.service.models`, and feeds pixels forward.
 *
 * @typedef {import("./convolution.js").WeightedLayer} WeightedLayer
 * @typedef {{name: string, layers: WeightedLayer[], temperature: number?}} TrainedNetwork batch normalisations are folded
 *   into the layers; the outputs are the softmax of their sums divided by the temperature, or each has a sigmoid if null
 * @typedef {{outputs: Float32Array, size: import("./convolution.js").Shape}} Outputs of a layer
 */

import { ACTIVATIONS, convolve, maxPool, softmax } from "./convolution.js";

const HEADER_BYTES = 4; // of the length of the JSON, little-endian
const FLOAT_BYTES = 4;
const SIDE = 28;

/**
 * @param {ArrayBuffer} buffer length of the JSON, the JSON, then float32, little-endian: of each layer weights and biases
 * @returns {TrainedNetwork}
 * @throws {RangeError} when it holds another count of numbers than the JSON says
 */
export function parseTrained(buffer) {
  const view = new DataView(buffer);
  let place = HEADER_BYTES + view.getUint32(0, true);
  const described = JSON.parse(new TextDecoder().decode(buffer.slice(HEADER_BYTES, place)));
  const take = (count) => {
    const numbers = new Float32Array(count);
    for (let number = 0; number < count; number++) numbers[number] = view.getFloat32(place + FLOAT_BYTES * number, true);
    place += FLOAT_BYTES * count;
    return numbers;
  };
  const layers = described.layers.map((layer) => {
    const count = layer.shape.reduce((product, side) => product * side, 1);
    return { ...layer, weights: take(count), biases: take(layer.shape[3]) };
  });
  if (place !== buffer.byteLength) throw new RangeError(`too-many-numbers: ${described.name}`);
  return { ...described, layers };
}

/**
 * @param {TrainedNetwork} network
 * @param {ArrayLike<number>} pixels 784, from 0 for paper to 1 for ink
 * @returns {{hidden: Outputs[], sums: Float32Array, activations: number[]}} the outputs of each hidden layer, the sums of
 *   the last, and its activations
 */
export function feedforward({ layers, temperature }, pixels) {
  const hidden = [];
  let below = { outputs: Float32Array.from(pixels), size: { rows: SIDE, columns: SIDE, channels: 1 } };
  for (const layer of layers.slice(0, -1)) {
    const { sums, size } = sumsOf(layer, below);
    ACTIVATIONS[layer.activation](sums);
    below = { outputs: sums, size };
    hidden.push(below);
  }
  const { sums } = sumsOf(layers.at(-1), below);
  return { hidden, sums, activations: temperature === null ? sigmoids(sums) : softmax(sums, temperature) };
}

/** @param {WeightedLayer} layer @param {Outputs} below */
function sumsOf(layer, { outputs, size }) {
  const convolved = convolve(outputs, size, layer);
  if (layer.pooling === 1) return convolved;
  const { pooled, size: smaller } = maxPool(convolved.sums, convolved.size, layer.pooling);
  return { sums: pooled, size: smaller };
}

function sigmoids(sums) {
  const activations = Float64Array.from(sums);
  ACTIVATIONS["Sigmoid()"](activations);
  return [...activations];
}
