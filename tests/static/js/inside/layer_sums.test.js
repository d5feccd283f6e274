import assert from "node:assert/strict";
import { test } from "node:test";
import { hasNeuron, isOutput, kernelOf, layersOf, neuronAt, patchOf, placeOf, receptiveField, strongestOfMap, strongestPath, sumOf } from "../../../../static/js/inside/layer_sums.js";
import { parseWeights } from "../../../../static/js/inside/layers_view.js";

const pixels = new Float64Array(784);
pixels[2 * 28 + 5] = 1; // row 2, column 5
const relu = (shape, convolution) => ({
  name: "ReLU()",
  shape,
  outputs: new Float64Array(shape.reduce((product, side) => product * side)),
  strongest: 0,
  convolution,
});
const answer = (...layers) => ({
  layers,
  output_layer: { sums: [0, 0, 0, 0, 0, 0, 0, 2, 0, 0], temperature: 0.5 },
  activations: [0, 0, 0, 0, 0, 0, 0, 0.9, 0.1, 0],
});
// As the shipped convnet has them.
const convnet = layersOf(
  answer(
    relu([12, 12, 32], { size: 5, stride: 1, padding: 0, pooling: 2 }),
    relu([12, 12, 64], { size: 3, stride: 1, padding: 1, pooling: 1 }),
    relu([6, 6, 64], { size: 3, stride: 1, padding: 1, pooling: 2 }),
    relu([6, 6, 128], { size: 3, stride: 1, padding: 1, pooling: 1 }),
    relu([4, 4, 128], { size: 3, stride: 1, padding: 0, pooling: 1 }),
    relu([128]),
  ),
  pixels,
);
const neuron = (layer, row, column) => ({ layer, map: 0, row, column });

test("a pooled convolution of the pixels keeps the largest sum of its four windows", () => {
  const [picture, layer] = layersOf(answer(relu([13, 13, 1], { size: 2, stride: 1, padding: 0, pooling: 2 })), pixels);
  const { windows, kept, activation } = sumOf({ weights: [1, 2, 3, 4], bias: 0.5 }, layer, picture, neuron(1, 1, 2));
  assert.deepEqual(
    windows.map(({ top, left, z }) => [top, left, z]),
    [
      [2, 4, 2.5], // the pixel is at its upper right: weight 2
      [2, 5, 1.5],
      [3, 4, 0.5],
      [3, 5, 0.5],
    ],
  );
  assert.deepEqual(kept, windows[0]);
  assert.deepEqual(kept.contributions, [2]);
  assert.equal(activation, 2.5);
});

test("a deeper convolution adds up all maps, with zeros around them, and ReLU makes a sum below 0 to 0", () => {
  const below = { shape: { rows: 2, columns: 2, maps: 2 }, outputs: [1, 10, 2, 20, 3, 30, 4, 40] };
  const kernel = { rows: 3, columns: 3, stride: 1, padding: 1, pooling: 1 };
  const weights = Array(18).fill(0);
  weights[4 * 2] = 2; // the middle, map 0
  weights[0] = 100; // its upper left, map 0: outside
  weights[5 * 2 + 1] = -1; // right of the middle, map 1
  const layer = { name: "ReLU()", kernel };
  const { kept, activation } = sumOf({ weights, bias: 0.5 }, layer, below, neuron(1, 0, 0));
  assert.deepEqual(patchOf(below, kernel, kept, 0), [0, 0, 0, 0, 1, 2, 0, 3, 4]);
  assert.deepEqual(kernelOf(weights, 2, 1), [0, 0, 0, 0, 0, -1, 0, 0, 0]);
  assert.deepEqual(kept.contributions, [2, -20]);
  assert.equal(kept.z, -17.5);
  assert.equal(activation, 0);
  assert.deepEqual(strongestOfMap({ weights }, layer, below, kept, 0), { map: 0, row: 0, column: 0 });
  const inCorner = strongestOfMap({ weights: Array(18).fill(-1) }, layer, below, kept, 0);
  assert.deepEqual(inCorner, { map: 0, row: 0, column: 0 }); // the padding's products are largest, but no neurons
});

test("a dense layer is a kernel that covers the layer before, and softmax divides by the temperature", () => {
  const output = convnet.at(-1);
  assert.deepEqual(output.kernel, { rows: 1, columns: 1, stride: 1, padding: 0, pooling: 1 });
  assert.deepEqual(convnet[6].kernel, { rows: 4, columns: 4, stride: 1, padding: 0, pooling: 1 });
  const below = { shape: { rows: 1, columns: 1, maps: 2 }, outputs: [3, 4] };
  const { kept, activation } = sumOf({ weights: [2, -1], bias: 0 }, output, below, { ...neuron(7, 0, 0), map: 7 });
  assert.deepEqual(kept.contributions, [6, -4]);
  assert.equal(kept.z, 2);
  assert.ok(Math.abs(activation - Math.exp(4) / (Math.exp(4) + 9)) < 1e-12);
});

test("a network that cannot be taken apart has hidden layers and no outputs", () => {
  const layers = layersOf({ layers: [relu([3])], activations: [] }, pixels);
  assert.deepEqual(layers.map(({ shape }) => shape.maps), [1, 3]);
  assert.ok(!layers.some(isOutput));
  assert.ok(isOutput(convnet.at(-1)));
});

test("an output of sigmoids has that of its sum", () => {
  const layers = layersOf({ ...answer(), output_layer: { sums: Array(10).fill(0), temperature: null } }, pixels);
  const { activation } = sumOf({ weights: pixels.map((a) => 2 * a), bias: -2 }, layers[1], layers[0], neuron(1, 0, 0));
  assert.equal(activation, 0.5);
});

test("the receptive field grows from layer to layer", () => {
  assert.deepEqual(receptiveField(convnet, neuron(1, 3, 7)), { top: 6, left: 14, height: 6, width: 6 });
  // One neuron more on each side, 2 pixels each: 6 + 2 + 2.
  assert.deepEqual(receptiveField(convnet, neuron(2, 3, 7)), { top: 4, left: 12, height: 10, width: 10 });
  // Two windows of layer 2, so 4 of its inputs, 6 of the layer before: 5 · 2 + 6.
  assert.deepEqual(receptiveField(convnet, neuron(3, 2, 3)), { top: 4, left: 8, height: 16, width: 16 });
  assert.deepEqual(receptiveField(convnet, neuron(4, 2, 3)), { top: 0, left: 4, height: 24, width: 24 });
});

test("it ends at the edges of the picture, and that of a dense layer is the whole picture", () => {
  assert.deepEqual(receptiveField(convnet, neuron(2, 0, 11)), { top: 0, left: 20, height: 8, width: 8 });
  const whole = { top: 0, left: 0, height: 28, width: 28 };
  assert.deepEqual(receptiveField(convnet, neuron(6, 0, 0)), whole);
  assert.deepEqual(receptiveField(convnet, neuron(7, 0, 0)), whole);
});

test("a place in the outputs is a row, a column and a map", () => {
  const found = neuronAt(convnet, 2, (3 * 12 + 7) * 64 + 5);
  assert.deepEqual(found, { layer: 2, map: 5, row: 3, column: 7 });
  assert.equal(placeOf(convnet[2], found), (3 * 12 + 7) * 64 + 5);
});

test("the strongest path has a neuron in each layer and ends at the largest activation", () => {
  const path = strongestPath(convnet);
  assert.deepEqual(path.map(({ layer }) => layer), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(path.at(-1).map, 7);
});

test("a network has the neurons within its layers, and pixels are none", () => {
  assert.ok(hasNeuron(convnet, { layer: 5, map: 127, row: 3, column: 3 }));
  assert.ok(!hasNeuron(convnet, { layer: 5, map: 127, row: 3, column: 4 }));
  assert.ok(!hasNeuron(convnet, { layer: 5, map: 128, row: 3, column: 3 }));
  assert.ok(!hasNeuron(convnet, { layer: 6, map: -1, row: 0, column: 0 }));
  assert.ok(!hasNeuron(convnet, { layer: 8, map: 0, row: 0, column: 0 }));
  assert.ok(!hasNeuron(convnet, { layer: 0, map: 0, row: 0, column: 0 }));
});

test("weights come before the bias", () => {
  const { weights, bias } = parseWeights(new Float32Array([1, 2.5, -3]).buffer);
  assert.deepEqual([...weights], [1, 2.5]);
  assert.equal(bias, -3);
});
