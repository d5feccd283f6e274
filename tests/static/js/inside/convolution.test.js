import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelOf, neuronOfMap, pixelsIn } from "../../../../static/js/inside/convolution.js";

// Two maps of kernels of 2 × 2: map 0 has 1, 2, 3, 4, map 1 the same below 0.
const kernels = { size: 2, weights: [1, -1, 2, -2, 3, -3, 4, -4], biases: [0.5, 0] };
const pixels = Float64Array.from({ length: 784 }, (_, place) => (place === 2 * 28 + 5 ? 1 : 0)); // row 2, column 5

test("a kernel is the weights of one map, by row", () => {
  assert.deepEqual(kernelOf(kernels, 0), [1, 2, 3, 4]);
});

test("a window holds the pixels below the kernel, by row", () => {
  assert.deepEqual(pixelsIn(pixels, { top: 1, left: 4 }, 2), [0, 0, 0, 1]);
});

test("a neuron keeps the largest sum of its four windows", () => {
  const { windows, largest, output } = neuronOfMap(pixels, kernels, 0, 1, 2);
  assert.deepEqual(
    windows.map(({ top, left, z }) => [top, left, z]),
    [
      [2, 4, 2.5],
      [2, 5, 1.5],
      [3, 4, 0.5],
      [3, 5, 0.5],
    ],
  );
  assert.deepEqual(largest, windows[0]);
  assert.deepEqual(largest.products, [0, 2, 0, 0]);
  assert.equal(output, 2.5);
});

test("a sum below 0 becomes 0", () => {
  const everywhere = new Float64Array(784).fill(1);
  const { largest, output } = neuronOfMap(everywhere, kernels, 1, 0, 0);
  assert.equal(largest.z, -10);
  assert.equal(output, 0);
});
