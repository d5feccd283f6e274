/**
 * The sums of the convnet's first layer at one place: a kernel times a window of the picture.
 *
 * A kernel of 5 × 5 weights lies on a window of 5 × 5 pixels: z = Σ w·a + b. Pooling keeps the largest z of 2 × 2
 * neighbouring windows, and ReLU is max(z, 0): that is one neuron of the feature map.
 *
 * @typedef {{size: number, weights: number[], biases: number[]}} Kernels weights by row, column and map
 * @typedef {{top: number, left: number, z: number, products: number[]}} Window from 0; products by row
 */

import { SIDE } from "./geometry.js";

const POOLED = 2;

/**
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {Kernels} kernels
 * @param {number} map whose kernel it is, from 0, as are row and column
 * @param {number} row of the neuron in its map
 * @param {number} column
 * @returns {{windows: Window[], largest: Window, output: number}}
 */
export function neuronOfMap(pixels, kernels, map, row, column) {
  const windows = [0, 1, 2, 3].map((place) =>
    windowAt(pixels, kernels, map, POOLED * row + (place >> 1), POOLED * column + (place & 1)),
  );
  const largest = windows.reduce((best, each) => (each.z > best.z ? each : best));
  return { windows, largest, output: Math.max(largest.z, 0) };
}

/** @param {Kernels} kernels @returns {number[]} the weights of one map's kernel, by row */
export function kernelOf({ weights, biases }, map) {
  return weights.filter((_, place) => place % biases.length === map);
}

/** @returns {number[]} the pixels of a window, by row */
export function pixelsIn(pixels, { top, left }, size) {
  return Array.from({ length: size * size }, (_, place) => {
    const [y, x] = [Math.floor(place / size), place % size];
    return pixels[(top + y) * SIDE + left + x];
  });
}

/** @returns {Window} */
function windowAt(pixels, kernels, map, top, left) {
  const inside = pixelsIn(pixels, { top, left }, kernels.size);
  const products = kernelOf(kernels, map).map((weight, place) => weight * inside[place]);
  return { top, left, products, z: products.reduce((sum, each) => sum + each, kernels.biases[map]) };
}
