/**
 * The layers of the network that gave an answer, all in one form, from the picture to the outputs.
 *
 * A neuron's sum is that of a kernel times a window of the layer before, over all of its maps, plus a bias. Dense layers
 * are of the same form: their kernels cover the whole layer before, and each neuron is a map of 1 × 1.
 *
 * @typedef {{rows: number, columns: number, maps: number}} Shape
 * @typedef {{rows: number, columns: number, stride: number, padding: number, pooling: number}} Kernel
 * @typedef {{name: string, shape: Shape, outputs: ArrayLike<number>, kernel?: Kernel, isConvolution: boolean,
 *   strongest?: number, sums?: number[], temperature?: number}} Layer outputs by row, column and map
 * @typedef {{layer: number, map: number, row: number, column: number}} Neuron from 0; layer 0 is the picture
 */

import { SIDE } from "../ui/pixels.js";

/**
 * @param {{layers: import("../api.js").Layer[], output_layer?: import("../api.js").OutputLayer,
 *   activations: number[]}} answer without the output layer of a network that cannot be taken apart
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @returns {Layer[]} the picture, the hidden layers, the outputs
 */
export function layersOf({ layers, output_layer, activations }, pixels) {
  const found = [layer("", [SIDE, SIDE, 1], pixels)];
  const add = (made, convolution) => found.push({ ...made, kernel: kernelOn(found.at(-1).shape, convolution) });
  for (const { name, shape, outputs, strongest, convolution } of layers) {
    add({ ...layer(name, shape, outputs), strongest, isConvolution: convolution !== undefined }, convolution);
  }
  if (!output_layer) return found;
  const { sums, temperature } = output_layer;
  const name = temperature === null ? "Sigmoid()" : "Softmax()";
  const strongest = activations.indexOf(Math.max(...activations));
  add({ ...layer(name, [sums.length], activations), strongest, sums, temperature });
  return found;
}

function layer(name, shape, outputs) {
  const [rows, columns, maps] = shape.length === 3 ? shape : [1, 1, ...shape];
  return { name, shape: { rows, columns, maps }, outputs, isConvolution: false };
}

/** @returns {Kernel} of a convolution, or one that covers the whole layer before */
function kernelOn({ rows, columns }, convolution) {
  if (!convolution) return { rows, columns, stride: 1, padding: 0, pooling: 1 };
  const { size, ...others } = convolution;
  return { rows: size, columns: size, ...others };
}

/** @param {Layer[]} layers @param {number} number of a layer @param {number} place in its outputs @returns {Neuron} */
export function neuronAt(layers, number, place) {
  const { columns, maps } = layers[number].shape;
  const cell = Math.floor(place / maps);
  return { layer: number, map: place % maps, row: Math.floor(cell / columns), column: cell % columns };
}

/** @param {Layer} layer @param {Neuron} neuron @returns {number} its place in the layer's outputs */
export const placeOf = ({ shape: { columns, maps } }, { map, row, column }) => (row * columns + column) * maps + map;

/** @param {Layer[]} layers @returns {Neuron[]} in each layer the neuron that adds most to the next, up to the answer */
export const strongestPath = (layers) =>
  layers.slice(1).map(({ strongest }, index) => neuronAt(layers, index + 1, strongest));

/** @returns {boolean} whether a layer is that of the outputs */
export const isOutput = ({ sums }) => sums !== undefined;

/** @returns {boolean} whether the network has this neuron */
export function hasNeuron(layers, { layer, map, row, column }) {
  if (!layers[layer] || layer === 0) return false;
  const { rows, columns, maps } = layers[layer].shape;
  return [[map, maps], [row, rows], [column, columns]].every(([value, end]) => value >= 0 && value < end);
}

/** @param {Neuron} one @param {Neuron} other */
export const isSame = (one, other) =>
  ["layer", "map", "row", "column"].every((key) => one[key] === other[key]);
