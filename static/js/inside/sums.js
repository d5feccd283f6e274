/**
 * The sums of a network's neurons, taken apart: z = Σ w·x + b.
 *
 * Layers are all in one form, from the picture to the outputs. A neuron's sum is a kernel times a window of the layer
 * below, added up over all of its maps, plus a bias. Dense layers are of the same form: their kernels cover the whole layer below,
 * and each neuron is a map of 1 × 1.
 *
 * @typedef {{rows: number, columns: number, maps: number}} Shape
 * @typedef {{rows: number, columns: number, stride: number, padding: number, pooling: number}} Kernel
 * @typedef {{name: string, shape: Shape, outputs: ArrayLike<number>, largest: number, weights?: ArrayLike<number>,
 *   biases?: ArrayLike<number>, kernel?: Kernel, isConvolution: boolean, sums?: ArrayLike<number>, temperature?: number}} Layer
 *   outputs by row, column and map; the picture has neither weights nor a kernel, and the outputs alone have their sums
 * @typedef {{layer: number, map: number, row: number, column: number}} Neuron from 0; layer 0 is the picture
 */

import { incomingWeights, outgoingWeights } from "../network/article.js";
import { feedforward } from "../network/trained_network.js";
import { signed } from "../ui/format.js";
import { SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";

/**
 * @param {import("../network/trained_network.js").TrainedNetwork} network
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @returns {Layer[]} the picture, the hidden layers, the outputs, with what each neuron computes
 */
export function layersOf(network, pixels) {
  const { hidden, sums, activations } = feedforward(network, pixels);
  const picture = { name: "", shape: { rows: SIDE, columns: SIDE, maps: 1 }, outputs: pixels, largest: 1, isConvolution: false };
  const output = { outputs: activations, size: { rows: 1, columns: 1, channels: activations.length } };
  const computed = network.layers.map((layer, number) => {
    const { outputs, size } = hidden[number] ?? output;
    const { activation: name, weights, biases, shape, isConvolution, stride, padding, pooling } = layer;
    return {
      ...{ name, weights, biases, isConvolution, outputs, largest: outputs.reduce((most, a) => Math.max(most, a), 1) },
      shape: { rows: size.rows, columns: size.columns, maps: size.channels },
      kernel: { rows: shape[0], columns: shape[1], stride, padding, pooling },
    };
  });
  const { temperature } = network;
  Object.assign(computed.at(-1), { sums, temperature, name: temperature === null ? "Sigmoid()" : "Softmax()" });
  return [picture, ...computed];
}

/** @param {Layer[]} layers @param {number} number of a layer @param {number} place in its outputs @returns {Neuron} */
export function neuronAt(layers, number, place) {
  const { columns, maps } = layers[number].shape;
  const cell = Math.floor(place / maps);
  return { layer: number, map: place % maps, row: Math.floor(cell / columns), column: cell % columns };
}

/** @param {Layer} layer @param {Neuron} neuron @returns {number} its place in the layer's outputs */
export const placeOf = ({ shape: { columns, maps } }, { map, row, column }) => (row * columns + column) * maps + map;

/** @param {Layer} layer @param {number} map @returns {number[]} its activations by row, as parts of the layer's largest, or of 1 */
export function levelsOfMap({ shape: { rows, columns, maps }, outputs, largest }, map) {
  return Array.from({ length: rows * columns }, (_, cell) => Math.max(outputs[cell * maps + map], 0) / largest);
}

/** @returns {boolean} whether a layer has the outputs */
export const isOutput = ({ sums }) => sums !== undefined;

/** @returns {boolean} whether the network has this neuron */
export function hasNeuron(layers, { layer, map, row, column }) {
  if (!layers[layer] || layer === 0) return false;
  const { rows, columns, maps } = layers[layer].shape;
  return [[map, maps], [row, rows], [column, columns]].every(([value, end]) => value >= 0 && value < end);
}

/**
 * The sum of one neuron. Where the layer is pooled, a neuron has the largest of several sums, in neighbouring windows.
 * @typedef {{top: number, left: number, z: number, products: number[][], contributions: number[]}} Window products by map of
 *   the layer below and by row, and what those of a map add up to
 * @param {Layer[]} layers @param {Neuron} neuron
 * @returns {{weights: number[], bias: number, windows: Window[], kept: Window}}
 */
export function sumOf(layers, { layer: number, map, row, column }) {
  const [below, layer] = [layers[number - 1], layers[number]];
  const { maps } = below.shape;
  const { stride, padding, pooling } = layer.kernel;
  const [weights, bias] = [incomingWeights(layer, map), layer.biases[map]];
  const windows = Array.from({ length: pooling ** 2 }, (_, step) => {
    const top = stride * (pooling * row + Math.floor(step / pooling)) - padding;
    const left = stride * (pooling * column + (step % pooling)) - padding;
    const products = Array.from({ length: maps }, (_, from) => {
      const patch = patchOf(below, layer.kernel, { top, left }, from);
      return kernelOf(weights, maps, from).map((weight, cell) => weight * patch[cell]);
    });
    const contributions = products.map(total);
    return { top, left, products, contributions, z: total(contributions) + bias };
  });
  return { weights, bias, windows, kept: windows.reduce((best, each) => (each.z > best.z ? each : best)) };
}

/** @returns {number[]} the outputs of one map in a window, by row; 0 outside of the map */
export function patchOf({ shape: { rows, columns, maps }, outputs }, kernel, { top, left }, map) {
  return Array.from({ length: kernel.rows * kernel.columns }, (_, cell) => {
    const [y, x] = [top + Math.floor(cell / kernel.columns), left + (cell % kernel.columns)];
    const isInside = y >= 0 && y < rows && x >= 0 && x < columns;
    return isInside ? outputs[(y * columns + x) * maps + map] : 0;
  });
}

/** @returns {number[]} the weights for one map of the layer below, by row */
export const kernelOf = (weights, maps, map) =>
  Array.from({ length: weights.length / maps }, (_, cell) => weights[cell * maps + map]);

/** @param {Window} window of a neuron of the layer @param {number} map of the layer below @returns {Neuron} its neuron with the largest product */
export function strongestOfMap(layers, number, window, map) {
  const [{ shape }, { kernel }] = [layers[number - 1], layers[number]];
  const cell = largestPlace(window.products[map]);
  const clip = (place, side) => Math.min(Math.max(place, 0), side - 1); // where no product is above 0
  const row = clip(window.top + Math.floor(cell / kernel.columns), shape.rows);
  return { layer: number - 1, map, row, column: clip(window.left + (cell % kernel.columns), shape.columns) };
}

/** @returns {Neuron} the most active neuron of a map */
export function mostActive(layers, layer, map) {
  const { shape, outputs } = layers[layer];
  let best = map;
  for (let place = map; place < outputs.length; place += shape.maps) if (outputs[place] > outputs[best]) best = place;
  return neuronAt(layers, layer, best);
}

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
    rows = reachBelow(rows, kernel.rows, kernel, shape.rows);
    columns = reachBelow(columns, kernel.columns, kernel, shape.columns);
  }
  const length = ([first, last]) => last - first + 1;
  return { top: rows[0], left: columns[0], height: length(rows), width: length(columns) };
}

/** @returns {[number, number]} the first and last row, or column, of the layer below, without its padding */
function reachBelow([first, last], size, { stride, padding, pooling }, side) {
  const start = stride * pooling * first - padding;
  const end = stride * (pooling * last + pooling - 1) - padding + size - 1;
  return [Math.max(start, 0), Math.min(end, side - 1)];
}

/**
 * The sum of a neuron of the article's network: what its products above and below 0 add up to, and how many these are.
 * @typedef {{products: number[], up: number, down: number, ups: number, downs: number}} SignedSum
 * @param {ArrayLike<number>} inputs activations of the layer below
 * @returns {SignedSum}
 */
export const weightedSum = (layer, inputs, neuron) => addUp(incomingWeights(layer, neuron).map((weight, i) => weight * inputs[i]));

/** @param {number[]} products @returns {SignedSum} */
export function addUp(products) {
  const above = products.filter((product) => product > 0);
  const below = products.filter((product) => product < 0);
  return { products, up: total(above), down: total(below), ups: above.length, downs: below.length };
}

/** @returns {[string, string][]} the steps from the products to the sum z, with their names */
export const sumRows = ({ up, down, ups, downs }, bias, z) => [
  [translate("{ups} products w·x above 0", { ups }), signed(up)],
  [translate("{downs} products w·x below 0", { downs }), signed(down)],
  [translate("Σ w·x, the weighted sum"), signed(up + down)],
  [translate("b, the bias"), signed(bias)],
  ["z = Σ w·x + b", signed(z)],
];

/**
 * @param {import("../network/article.js").Layer} layer of the outputs
 * @param {{hidden: import("../network/article.js").Computed, output: import("../network/article.js").Computed}} computed
 * @returns {import("./neuron_names.js").Chosen} the hidden neuron that adds most to the largest output
 */
export function strongestHidden(layer, { hidden, output }) {
  const answer = largestPlace(output.activations);
  return { layer: "hidden", neuron: largestPlace(hidden.activations.map((a, j) => a * outgoingWeights(layer, j)[answer])) };
}

/** @param {number[]} values @param {number} count @returns {number[]} places of the largest magnitudes, without zeros */
export function strongest(values, count) {
  return values
    .map((_, place) => place)
    .filter((place) => values[place] !== 0)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, count);
}

/** @param {ArrayLike<number>} values @returns {[number, number]} the places of the largest and of the second largest */
export function twoLargest(values) {
  const [first, second] = Array.from(values, (_, place) => place).sort((a, b) => values[b] - values[a]);
  return [first, second];
}

const largestPlace = (values) => values.indexOf(Math.max(...values));

const total = (numbers) => numbers.reduce((sum, each) => sum + each, 0);
