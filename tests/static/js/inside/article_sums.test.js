import assert from "node:assert/strict";
import { test } from "node:test";
import { incomingWeights, neuronFromText, neuronToText, outgoingWeights, strongest, weightedSum } from "../../../../static/js/inside/article_sums.js";
import { lines } from "../../../../static/js/inside/diagram.js";
import { unitFromText, unitToText } from "../../../../static/js/inside/layer_sums.js";
import { placesBetween } from "../../../../static/js/inside/pixel_editor.js";
import { activationText, equals, fixed, signed } from "../../../../static/js/ui/format.js";
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

const layers = [{}, { isConvolution: true }, { isConvolution: false }, { sums: [] }];

test("a unit is named by its layer, its map, its row and its column, from 1", () => {
  for (const [text, unit] of [
    ["1-17-5-7", { layer: 1, map: 16, row: 4, column: 6 }],
    ["2-40", { layer: 2, map: 39, row: 0, column: 0 }],
    ["output-7", { layer: 3, map: 7, row: 0, column: 0 }],
  ]) {
    assert.deepEqual(unitFromText(layers, text), unit);
    assert.equal(unitToText(layers, unit), text);
  }
});

test("what names no unit is none", () => {
  for (const text of ["", "3", "1-2-3", "a-b", "output-12", "1-2-3-4-5", "-1-2"]) {
    assert.equal(unitFromText(layers, text), null);
  }
});

test("a neuron of the article's network is named by its number from 1, an output by its digit", () => {
  for (const [text, chosen] of [
    ["12", { layer: "hidden", neuron: 11 }],
    ["output-0", { layer: "output", neuron: 0 }],
  ]) {
    assert.deepEqual(neuronFromText(text, 15), chosen);
    assert.equal(neuronToText(chosen), text);
  }
  for (const text of ["", "0", "16", "1.5", "output-x"]) assert.equal(neuronFromText(text, 15), null);
});
