/**
 * A trained network that reads: it is parsed from the bytes of nn/models/page_file.py, and feeds pixels forward through
 * weighted sums of windows, ReLU or sigmoid, and max pooling.
 *
 * An image is by row, column and channel: the channels of one pixel are side by side. The kernel of a dense layer covers
 * all of its inputs, so that it is a convolution with one window.
 *
 * @typedef {{rows: number, columns: number, channels: number}} Shape
 * @typedef {{weights: Float32Array, biases: Float32Array, shape: [number, number, number, number], isConvolution: boolean,
 *   stride: number, padding: number, pooling: number, activation: string}} WeightedLayer weights by row and column of the
 *   kernel, channel of the inputs, and output: shape has their counts; pooling is the side of the squares of sums of which
 *   the largest is kept, 1 for none
 * @typedef {{name: string, layers: WeightedLayer[], temperature: number?}} TrainedNetwork batch normalisations are folded
 *   into the layers; the outputs are the softmax of their sums divided by the temperature, or each has a sigmoid if null
 * @typedef {{outputs: Float32Array, size: Shape}} Outputs of a layer
 */

import { fetchBytes } from "../ui/files.js";
import { ACTIVATIONS } from "./layers.js";

const AT_ONCE = 4; // inputs whose products are added together

/**
 * Returns the weighted sums, as `Conv2D.forward` of nn/core: outside of the image the inputs are 0.
 * @param {Shape} size of the inputs
 * @param {WeightedLayer} layer
 * @returns {{sums: Float32Array, size: Shape}}
 */
function convolve(inputs, size, { weights, biases, shape, stride, padding }) {
  const [kernelRows, kernelColumns, channels, outputs] = shape;
  const rows = Math.floor((size.rows + 2 * padding - kernelRows) / stride) + 1;
  const columns = Math.floor((size.columns + 2 * padding - kernelColumns) / stride) + 1;
  const sums = new Float32Array(rows * columns * outputs);
  const total = new Float64Array(outputs); // of one window
  const most = kernelRows * kernelColumns * channels + AT_ONCE;
  const found = { values: new Float64Array(most), rows: new Int32Array(most) };
  for (let place = 0; place < rows * columns; place++) {
    const top = stride * Math.floor(place / columns) - padding;
    const left = stride * (place % columns) - padding;
    const count = gather(found, inputs, size, { top, left }, shape);
    total.set(biases);
    addProducts(total, found, count, weights);
    sums.set(total, place * outputs);
  }
  return { sums, size: { rows, columns, channels: outputs } };
}

/**
 * Lists the inputs of a window that are not 0, with their rows of weights: half of the outputs of a ReLU are 0.
 * @returns {number} their count
 */
function gather({ values, rows }, inputs, size, { top, left }, [kernelRows, kernelColumns, channels, outputs]) {
  let count = 0;
  for (let i = Math.max(0, -top); i < Math.min(kernelRows, size.rows - top); i++) {
    for (let j = Math.max(0, -left); j < Math.min(kernelColumns, size.columns - left); j++) {
      const pixel = ((top + i) * size.columns + left + j) * channels;
      const row = (i * kernelColumns + j) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (inputs[pixel + channel] === 0) continue;
        values[count] = inputs[pixel + channel];
        rows[count++] = (row + channel) * outputs;
      }
    }
  }
  return count;
}

/** Adds the products of inputs and their rows of weights, four inputs at a time, so that sums are loaded less often. */
function addProducts(total, { values, rows }, count, weights) {
  const outputs = total.length;
  values.fill(0, count, count + AT_ONCE); // up to a whole number of fours
  rows.fill(0, count, count + AT_ONCE);
  for (let place = 0; place < count; place += AT_ONCE) {
    const [a, b, c, d] = [values[place], values[place + 1], values[place + 2], values[place + 3]];
    const [i, j, k, l] = [rows[place], rows[place + 1], rows[place + 2], rows[place + 3]];
    for (let o = 0; o < outputs; o++) {
      total[o] += a * weights[i + o] + b * weights[j + o] + c * weights[k + o] + d * weights[l + o];
    }
  }
}

/**
 * Returns the largest of each square of numbers, as `MaxPool.forward`.
 * @param {Shape} size a multiple of the side
 * @param {number} side of the squares
 * @returns {{pooled: Float32Array, size: Shape}}
 */
function maxPool(numbers, { rows, columns, channels }, side) {
  const size = { rows: rows / side, columns: columns / side, channels };
  const pooled = new Float32Array(size.rows * size.columns * channels).fill(-Infinity);
  for (let place = 0; place < rows * columns; place++) {
    const [row, column] = [Math.floor(place / columns / side), Math.floor((place % columns) / side)];
    const kept = (row * size.columns + column) * channels;
    for (let channel = 0; channel < channels; channel++) {
      pooled[kept + channel] = Math.max(pooled[kept + channel], numbers[place * channels + channel]);
    }
  }
  return { pooled, size };
}

const HALF_POWERS = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 25)); // by the exponent of a float16
const HEADER_BYTES = 4; // of the length of the JSON, little-endian
const SIDE = 28;

/** The number of a float16 that is finite (IEEE 754): browsers have `getFloat16` since 2025. @param {number} bits */
function fromHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * HALF_POWERS[exponent];
  return bits & 0x8000 ? -magnitude : magnitude;
}

/**
 * @param {ArrayBuffer} buffer as nn/models/page_file.py describes it
 * @returns {TrainedNetwork}
 * @throws {RangeError} when it holds another count of numbers than its JSON says
 */
export function parseTrained(buffer) {
  const view = new DataView(buffer);
  let place = HEADER_BYTES + view.getUint32(0, true);
  const described = JSON.parse(new TextDecoder().decode(buffer.slice(HEADER_BYTES, place)));
  const take = (length, isHalf) => {
    const bytes = isHalf ? 2 : 4;
    const start = place;
    place += bytes * length;
    const number = (at) => (isHalf ? fromHalf(view.getUint16(at, true)) : view.getFloat32(at, true));
    const numbers = new Float32Array(length); // by Float32Array.from, and a power of each, it takes four times as long
    for (let each = 0; each < length; each++) numbers[each] = number(start + bytes * each);
    return numbers;
  };
  const layers = described.layers.map((layer) => {
    const count = layer.shape.reduce((product, side) => product * side, 1);
    const nOutputs = layer.shape[3];
    const [kernels, scales, biases] = [take(count, layer.isHalf), take(nOutputs), take(nOutputs)];
    return { ...layer, weights: kernels.map((weight, each) => weight * scales[each % nOutputs]), biases };
  });
  if (place !== buffer.byteLength) throw new RangeError(`number-count: ${described.name}`);
  return { ...described, layers };
}

/** @type {Map<string, {network: Promise<TrainedNetwork>, listeners: ((part: number) => void)[]}>} by address */
const loaded = new Map();

/**
 * Loads a network, once; where that fails, the next call tries again.
 * @param {(part: number) => void} [onProgress] gets the part of its bytes that has arrived, 0..1, where their number is known
 * @returns {Promise<TrainedNetwork>} rejected when it cannot be loaded
 */
export function loadTrained(address, onProgress = () => {}) {
  if (!loaded.has(address)) {
    const listeners = [];
    const network = fetchTrained(address, (part) => listeners.forEach((listen) => listen(part)));
    network.catch(() => loaded.delete(address));
    loaded.set(address, { network, listeners });
  }
  const { network, listeners } = loaded.get(address);
  listeners.push(onProgress);
  return network;
}

async function fetchTrained(address, onProgress) {
  return parseTrained(await fetchBytes(address, (arrived, total) => total > 0 && onProgress(arrived / total)));
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
    below = { outputs: ACTIVATIONS[layer.activation](sums), size };
    hidden.push(below);
  }
  const { sums } = sumsOf(layers.at(-1), below);
  const kind = temperature === null ? "Sigmoid()" : "Softmax()";
  return { hidden, sums, activations: ACTIVATIONS[kind](Array.from(sums, (sum) => sum / (temperature ?? 1))) };
}

/**
 * How many products of a weight and an input all sums have, those with padding included: a dense layer uses each weight
 * once, a convolution at every place of its kernel.
 * @param {Outputs[]} hidden as `feedforward` returns them
 */
export function countProducts({ layers }, hidden) {
  const places = ({ pooling }, number) => (hidden[number] ? hidden[number].size.rows * hidden[number].size.columns * pooling ** 2 : 1);
  return layers.reduce((sum, layer, number) => sum + layer.weights.length * places(layer, number), 0);
}

/** @param {WeightedLayer} layer @param {Outputs} below */
function sumsOf(layer, { outputs, size }) {
  const convolved = convolve(outputs, size, layer);
  if (layer.pooling === 1) return convolved;
  const { pooled, size: smaller } = maxPool(convolved.sums, convolved.size, layer.pooling);
  return { sums: pooled, size: smaller };
}
