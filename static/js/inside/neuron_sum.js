/**
 * The sum of one neuron, taken apart: z = Σ w·a + b, where the sum goes over the window of each map of the layer before.
 *
 * Where the layer is pooled, a neuron has the largest of several sums, in neighbouring windows.
 *
 * @typedef {import("./network_layers.js").Layer} Layer
 * @typedef {{weights: ArrayLike<number>, bias: number}} Weights by row, column and map of the layer before
 * @typedef {{top: number, left: number, z: number, contributions: number[]}} Window contributions by map
 * @typedef {{windows: Window[], kept: Window, activation: number}} NeuronSum
 */

/**
 * @param {Weights} weights of the neuron
 * @param {Layer} layer
 * @param {Layer} below the layer before
 * @param {import("./network_layers.js").Neuron} neuron
 * @returns {NeuronSum}
 */
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

/** @returns {Window} */
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

/** @returns {number[]} */
export const productsOf = (kernel, patch) => kernel.map((weight, cell) => weight * patch[cell]);

/**
 * @param {Weights} weights
 * @param {Layer} layer
 * @param {Layer} below
 * @param {Window} window
 * @param {number} map of the layer before
 * @returns {{map: number, row: number, column: number}} the neuron of that map with the largest product
 */
export function strongestOfMap({ weights }, layer, below, window, map) {
  const { rows, columns, maps } = below.shape;
  const products = productsOf(kernelOf(weights, maps, map), patchOf(below, layer.kernel, window, map));
  const cell = products.indexOf(Math.max(...products));
  const clip = (place, side) => Math.min(Math.max(place, 0), side - 1); // where no product is above 0
  const row = clip(window.top + Math.floor(cell / layer.kernel.columns), rows);
  return { map, row, column: clip(window.left + (cell % layer.kernel.columns), columns) };
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
 * The receptive field of a neuron: the pixels of the picture on which its activation depends.
 * @param {Layer[]} layers
 * @param {import("./network_layers.js").Neuron} neuron
 * @returns {{top: number, left: number, height: number, width: number}} in pixels
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
