import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../../../static/js/inside/diagram.js";
import { fromText, toText } from "../../../../static/js/inside/neuron_names.js";
import { placesBetween } from "../../../../static/js/inside/pixel_editor.js";
import {
  hasNeuron, isOutput, kernelOf, layersOf, mostActive, neuronAt, patchOf, placeOf, receptiveField,
  strongest, strongestOfMap, sumOf, twoLargest, weightedSum,
} from "../../../../static/js/inside/sums.js";
import { incomingWeights, outgoingWeights } from "../../../../static/js/network/article.js";
import { activationText, equals, fixed, outputText, signed } from "../../../../static/js/ui/format.js";
import { centreOfMass, rowAndColumn } from "../../../../static/js/ui/pixels.js";

const layer = { weights: [1, 2, 3, 4, 5, 6], biases: [0, 0] }; // three inputs, two neurons

test("numbers have a real minus sign, and 0 has none", () => {
  assert.equal(fixed(-1.234), "−1.23");
  assert.equal(fixed(-0.001), "0.00");
  assert.equal(signed(0.5, 1), "+0.5");
  assert.equal(signed(-0.5, 1), "−0.5");
  assert.equal(signed(-0.001), "+0.00");
});

test("an activation is rounded, but not to 1, and to 0 only if it is 0", () => {
  const texts = (...activations) => activations.map((each) => activationText(each));
  assert.deepEqual(texts(0.0228, 0.9994, 0.0005, 0.5), ["0.023", "0.999", "0.001", "0.500"]);
  assert.deepEqual(texts(0.9996, 0.9995, 1), [">0.999", ">0.999", ">0.999"]);
  assert.deepEqual(texts(0.0004, 1e-9, 0), ["<0.001", "<0.001", "0.000"]);
  assert.deepEqual([0, 1e-9, 0.5, 1].map(outputText), ["<0.001", "<0.001", "0.500", ">0.999"]); // of an output, which is never 0
  assert.deepEqual(texts(1.0002, 5), ["1.000", "5.000"]); // of a ReLU
  assert.deepEqual(texts(-0.0004, -0.5, -0.9996), [">−0.001", "−0.500", "<−0.999"]); // of a tanh
});

test("an activation has the decimals of the numbers beside it, and the same rule in percent", () => {
  assert.equal(activationText(0.99999949, 6), "0.999999");
  assert.equal(activationText(0.9999996, 6), ">0.999999");
  const percent = (activation) => activationText(100 * activation, 1, 100);
  assert.deepEqual([0.9994, 0.9996, 0.0004, 0].map(percent), ["99.9", ">99.9", "<0.1", "0.0"]);
});

test("an equation says of an activation what it equals, or what it is above", () => {
  assert.deepEqual([equals("0.967"), equals(">0.999")], ["= 0.967", "> 0.999"]);
});

test("a neuron's weights are a column, what goes on from it is a row", () => {
  assert.deepEqual(incomingWeights(layer, 1), [2, 4, 6]);
  assert.deepEqual(outgoingWeights(layer, 2), [5, 6]);
});

test("a sum is taken apart into what is above and below 0", () => {
  const sum = weightedSum({ weights: [1, -2, 3], biases: [0] }, [2, 1, 0], 0);
  assert.deepEqual(sum, { products: [2, -2, 0], up: 2, down: -2, ups: 1, downs: 1 });
});

test("the strongest are the largest magnitudes, zeros left out", () => {
  assert.deepEqual(strongest([0, -3, 2, 0, 1], 2), [1, 2]);
  assert.deepEqual(strongest([0, 1], 5), [1]);
});

test("rows and columns are counted from 1", () => {
  assert.deepEqual(rowAndColumn(0), { row: 1, column: 1 });
  assert.deepEqual(rowAndColumn(29), { row: 2, column: 2 });
});

test("the centre of mass is that of the ink", () => {
  const pixels = new Float64Array(784);
  pixels[3 * 28 + 4] = pixels[3 * 28 + 6] = 0.5;
  assert.deepEqual(centreOfMass(pixels), { x: 5.5, y: 3.5 });
});

test("lines are as thick as their products, the thickest last, very thin ones left out", () => {
  assert.deepEqual(lines([1, -4, 0.1, 0], 8, 0.5), [
    { place: 0, width_px: 2, sign: 1 },
    { place: 1, width_px: 8, sign: -1 },
  ]);
  assert.deepEqual(lines([0, 0], 8, 0.5), []);
});

test("a fast pointer paints each pixel on a straight line, the first of which it has painted already", () => {
  assert.deepEqual(placesBetween(0, 3), [1, 2, 3]);
  assert.deepEqual(placesBetween(2, 2), []);
  assert.deepEqual(placesBetween(28 * 2 + 4, 0), [28 * 2 + 3, 28 + 2, 28 * 1 + 1, 0]); // 4 to the left, 2 up
});

const denseOf = (maps) => ({ isConvolution: false, shape: { rows: 1, columns: 1, maps } });
const outputLayer = { ...denseOf(10), sums: [] };
const twoHidden = [{}, { isConvolution: true, shape: { rows: 12, columns: 12, maps: 32 } }, denseOf(40), outputLayer];
const oneHidden = [{}, denseOf(15), outputLayer];

test("a neuron is named by its layer, its map, its row and its column, from 1, or by its number in the only hidden layer", () => {
  for (const [layers, text, neuron] of [
    [twoHidden, "1-17-5-7", { layer: 1, map: 16, row: 4, column: 6 }],
    [twoHidden, "2-40", { layer: 2, map: 39, row: 0, column: 0 }],
    [twoHidden, "output-7", { layer: 3, map: 7, row: 0, column: 0 }],
    [oneHidden, "12", { layer: 1, map: 11, row: 0, column: 0 }],
    [oneHidden, "output-7", { layer: 2, map: 7, row: 0, column: 0 }],
  ]) {
    assert.deepEqual(fromText(layers, text), neuron);
    assert.equal(toText(layers, neuron), text);
  }
  assert.deepEqual(fromText(oneHidden, "1-12"), fromText(oneHidden, "12")); // as addresses of 1.0 have it
});

test("what names no neuron of the network is none", () => {
  for (const text of ["", "3", "1-2-3", "a-b", "output-12", "1-2-3-4-5", "-1-2", "2-41"]) {
    assert.equal(fromText(twoHidden, text), null);
  }
  for (const text of ["16", "0", "3-17-5-7"]) assert.equal(fromText(oneHidden, text), null);
});

const pixels = new Float64Array(784);
pixels[2 * 28 + 5] = 1; // row 2, column 5
const WHOLE = { stride: 1, padding: 0, pooling: 1 };
const weighted = (shape, geometry, activation = "ReLU()") => ({
  ...{ shape, activation, isConvolution: shape[0] < 28, ...WHOLE, ...geometry },
  weights: new Float64Array(shape.reduce((product, side) => product * side)),
  biases: new Float64Array(shape[3]),
});
const dense = (shape, activation) => ({ ...weighted(shape, {}, activation), isConvolution: false });
// As the shipped convnet.
const convnet = layersOf(
  {
    temperature: 0.5,
    layers: [
      weighted([5, 5, 1, 32], { pooling: 2 }),
      weighted([3, 3, 32, 64], { padding: 1 }),
      weighted([3, 3, 64, 64], { padding: 1, pooling: 2 }),
      weighted([3, 3, 64, 128], { padding: 1 }),
      weighted([3, 3, 128, 128]),
      dense([4, 4, 128, 128]),
      dense([1, 1, 128, 10], ""),
    ],
  },
  pixels,
);
const neuron = (layer, row, column) => ({ layer, map: 0, row, column });

test("a pooled convolution of the pixels keeps the largest sum of its four windows", () => {
  const kernel = { weights: [1, 2, 0, 3, 4, 0, 0, 0, 0], biases: [0.5] };
  const convolution = { ...weighted([3, 3, 1, 1], { pooling: 2 }), ...kernel }; // 26 sums a side: 13 when pooled
  const layers = layersOf({ temperature: 1, layers: [convolution, dense([13, 13, 1, 10], "")] }, pixels);
  const { windows, kept } = sumOf(layers, neuron(1, 1, 2));
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
  assert.deepEqual([kept.contributions, kept.products[0][1]], [[2], 2]);
  assert.equal(layers[1].outputs[placeOf(layers[1], neuron(1, 1, 2))], 2.5);
});

test("a deeper convolution adds up all maps, with zeros around them", () => {
  const below = { shape: { rows: 2, columns: 2, maps: 2 }, outputs: [1, 10, 2, 20, 3, 30, 4, 40] };
  const kernel = { rows: 3, columns: 3, stride: 1, padding: 1, pooling: 1 };
  const weights = Array(18).fill(0);
  weights[4 * 2] = 2; // the middle, map 0
  weights[0] = 100; // its upper left, map 0: outside
  weights[5 * 2 + 1] = -1; // right of the middle, map 1
  const layers = [below, { kernel, weights, biases: [0.5] }];
  const { kept } = sumOf(layers, neuron(1, 0, 0));
  assert.deepEqual(patchOf(below, kernel, kept, 0), [0, 0, 0, 0, 1, 2, 0, 3, 4]);
  assert.deepEqual(kernelOf(weights, 2, 1), [0, 0, 0, 0, 0, -1, 0, 0, 0]);
  assert.deepEqual(kept.contributions, [2, -20]);
  assert.equal(kept.z, -17.5);
  assert.deepEqual(strongestOfMap(layers, 1, kept, 0), neuron(0, 0, 0));
  const negative = sumOf([below, { ...layers[1], weights: Array(18).fill(-1) }], neuron(1, 0, 0));
  const inCorner = strongestOfMap(layers, 1, negative.kept, 0);
  assert.deepEqual(inCorner, neuron(0, 0, 0)); // the padding's products are largest, but no neurons
});

test("a dense layer is a kernel that covers the layer below, and the outputs are softmax or sigmoids of their sums", () => {
  assert.deepEqual(convnet.at(-1).kernel, { rows: 1, columns: 1, stride: 1, padding: 0, pooling: 1 });
  assert.deepEqual(convnet[6].kernel, { rows: 4, columns: 4, stride: 1, padding: 0, pooling: 1 });
  assert.deepEqual([convnet.at(-1).name, isOutput(convnet.at(-1)), isOutput(convnet[6])], ["Softmax()", true, false]);
  const output = dense([28, 28, 1, 10], "Sigmoid()");
  output.weights[(2 * 28 + 5) * 10 + 7] = 2;
  output.biases[7] = -2;
  const layers = layersOf({ temperature: null, layers: [output] }, pixels);
  assert.equal(sumOf(layers, { ...neuron(1, 0, 0), map: 7 }).kept.z, 0);
  assert.deepEqual([layers[1].name, layers[1].outputs[7]], ["Sigmoid()", 0.5]);
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

test("a map's most active neuron has the largest output", () => {
  const maps = [{}, { shape: { rows: 2, columns: 2, maps: 2 }, outputs: [0, 4, 1, 0, 3, 0, 2, 5] }];
  assert.deepEqual(mostActive(maps, 1, 0), { layer: 1, map: 0, row: 1, column: 0 });
  assert.deepEqual(mostActive(maps, 1, 1), { layer: 1, map: 1, row: 1, column: 1 });
});

test("a network has the neurons within its layers, and pixels are none", () => {
  assert.ok(hasNeuron(convnet, { layer: 5, map: 127, row: 3, column: 3 }));
  assert.ok(!hasNeuron(convnet, { layer: 5, map: 127, row: 3, column: 4 }));
  assert.ok(!hasNeuron(convnet, { layer: 5, map: 128, row: 3, column: 3 }));
  assert.ok(!hasNeuron(convnet, { layer: 6, map: -1, row: 0, column: 0 }));
  assert.ok(!hasNeuron(convnet, { layer: 8, map: 0, row: 0, column: 0 }));
  assert.ok(!hasNeuron(convnet, { layer: 0, map: 0, row: 0, column: 0 }));
});

test("the answer and the runner-up are the two largest", () => {
  assert.deepEqual(twoLargest([0.1, 0.9, 0.2, 0.7]), [1, 3]);
});
