/**
 * The layers of the network that gave an answer, all in one form, from the picture to the outputs.
 *
 * A neuron's sum is that of a kernel times a window of the layer before, over all of its maps, plus a bias. Dense layers
 * are of the same form: their kernels cover the whole layer before, and each neuron is a map of 1 × 1.
 *
 * @typedef {{rows: number, columns: number, maps: number}} Shape
 * @typedef {{rows: number, columns: number, stride: number, padding: number, pooling: number}} Kernel
 * @typedef {{name: string, shape: Shape, outputs: ArrayLike<number>, largest: number, kernel?: Kernel, isConvolution: boolean,
 *   strongest?: number, sums?: number[], temperature?: number}} Layer outputs by row, column and map
 * @typedef {{layer: number, map: number, row: number, column: number}} Neuron from 0; layer 0 is the picture
 */

import { SIDE } from "../ui/pixels.js";

/**
 * @param {{layers: import("../server/api_client.js").Layer[], output_layer?: import("../server/api_client.js").OutputLayer,
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
  return { name, shape: { rows, columns, maps }, outputs, largest: Math.max(1, ...outputs), isConvolution: false };
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

/** @param {Layer} layer @param {number} map @returns {number[]} its activations by row, as parts of the layer's largest, or of 1 */
export function levelsOfMap({ shape: { rows, columns, maps }, outputs, largest }, map) {
  return Array.from({ length: rows * columns }, (_, cell) => Math.max(outputs[cell * maps + map], 0) / largest);
}

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

/**
 * The sum of one neuron, taken apart: z = Σ w·a + b, where the sum goes over the window of each map of the layer before.
 * Where the layer is pooled, a neuron has the largest of several sums, in neighbouring windows.
 *
 * @typedef {{weights: ArrayLike<number>, bias: number}} Weights by row, column and map of the layer before
 * @typedef {{top: number, left: number, z: number, contributions: number[]}} Window contributions by map
 * @typedef {{windows: Window[], kept: Window, activation: number}} NeuronSum
 */

/** @param {Weights} weights of the neuron @param {Layer} layer @param {Layer} below @param {Neuron} neuron @returns {NeuronSum} */
export function sumOf({ weights, bias }, layer, below, { map, row, column }) {
  const { stride, padding, pooling } = layer.kernel;
  const start = (place, step) => stride * (pooling * place + step) - padding;
  const steps = [...Array(pooling).keys()];
  const windows = steps.flatMap((down) =>
    steps.map((right) => windowAt(weights, bias, layer.kernel, below, start(row, down), start(column, right))),
  );
  const kept = windows.reduce((best, each) => (each.z > best.z ? each : best));
  return { windows, kept, activation: activationOf(layer, kept.z, map) };
}

function windowAt(weights, bias, kernel, below, top, left) {
  const { maps } = below.shape;
  const contributions = Array.from({ length: maps }, (_, map) =>
    sum(productsOf(kernelOf(weights, maps, map), patchOf(below, kernel, { top, left }, map))),
  );
  return { top, left, contributions, z: sum(contributions) + bias };
}

/** @returns {number[]} the outputs of one map in a window, by row; 0 outside of the map */
export function patchOf({ shape: { rows, columns, maps }, outputs }, kernel, { top, left }, map) {
  return Array.from({ length: kernel.rows * kernel.columns }, (_, cell) => {
    const [y, x] = [top + Math.floor(cell / kernel.columns), left + (cell % kernel.columns)];
    const isInside = y >= 0 && y < rows && x >= 0 && x < columns;
    return isInside ? outputs[(y * columns + x) * maps + map] : 0;
  });
}

/** @returns {number[]} the weights for one map of the layer before, by row */
export const kernelOf = (weights, maps, map) =>
  Array.from({ length: weights.length / maps }, (_, cell) => weights[cell * maps + map]);

export const productsOf = (kernel, patch) => kernel.map((weight, cell) => weight * patch[cell]);

/** @param {number} map of the layer below @returns {{map: number, row: number, column: number}} its neuron with the largest product */
export function strongestOfMap({ weights }, layer, below, window, map) {
  const { rows, columns, maps } = below.shape;
  const products = productsOf(kernelOf(weights, maps, map), patchOf(below, layer.kernel, window, map));
  const cell = products.indexOf(Math.max(...products));
  const clip = (place, side) => Math.min(Math.max(place, 0), side - 1); // where no product is above 0
  const row = clip(window.top + Math.floor(cell / layer.kernel.columns), rows);
  return { map, row, column: clip(window.left + (cell % layer.kernel.columns), columns) };
}

/**
 * The way of a digit through a network: in each layer the neuron that adds most to the next one, as `strongest_path` of
 * nn/models/weighted_layers.py.
 * @param {Layer[]} layers from the picture to the outputs
 * @param {number} digit output from which the way goes down
 * @param {(layer: number, map: number) => Weights} weightsOf a neuron
 * @returns {number[]} places in the outputs of each hidden layer
 */
export function placesOnTheWay(layers, digit, weightsOf) {
  const places = [];
  let neuron = { layer: layers.length - 1, map: digit, row: 0, column: 0 };
  while (neuron.layer > 1) {
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const weights = weightsOf(neuron.layer, neuron.map);
    const { kept } = sumOf(weights, layer, below, neuron);
    const map = kept.contributions.indexOf(Math.max(...kept.contributions));
    neuron = { ...strongestOfMap(weights, layer, below, kept, map), layer: neuron.layer - 1 };
    places.unshift(placeOf(below, neuron));
  }
  return places;
}

/** What a layer's activation function makes of a sum. */
const FUNCTIONS = {
  "ReLU()": (z) => Math.max(z, 0),
  "Sigmoid()": (z) => 1 / (1 + Math.exp(-z)),
  "Tanh()": Math.tanh,
};

/** @returns {number} the activation of a neuron whose sum is z */
function activationOf({ name, sums, temperature }, z, map) {
  if (name !== "Softmax()") return FUNCTIONS[name](z);
  const exponential = (each) => Math.exp((each - z) / temperature); // less z: cannot overflow for the largest
  return 1 / sum(sums.map((each, other) => (other === map ? 1 : exponential(each))));
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/**
 * Returns the receptive field of a neuron: the pixels of the picture on which its activation depends.
 * @param {Layer[]} layers @param {Neuron} neuron @returns {{top: number, left: number, height: number, width: number}}
 */
export function receptiveField(layers, neuron) {
  let [rows, columns] = [
    [neuron.row, neuron.row],
    [neuron.column, neuron.column],
  ];
  for (let number = neuron.layer; number > 0; number--) {
    const { kernel } = layers[number];
    const { shape } = layers[number - 1];
    rows = inputsOf(rows, kernel.rows, kernel, shape.rows);
    columns = inputsOf(columns, kernel.columns, kernel, shape.columns);
  }
  const length = ([first, last]) => last - first + 1;
  return { top: rows[0], left: columns[0], height: length(rows), width: length(columns) };
}

/** @returns {[number, number]} the first and last row, or column, of the layer before, without its padding */
function inputsOf([first, last], size, { stride, padding, pooling }, side) {
  const start = stride * pooling * first - padding;
  const end = stride * (pooling * last + pooling - 1) - padding + size - 1;
  return [Math.max(start, 0), Math.min(end, side - 1)];
}
