import assert from "node:assert/strict";
import { test } from "node:test";
import { neuronFromText, neuronToText } from "../../../../static/js/inside/neuron_sums.js";
import { unitFromText, unitToText } from "../../../../static/js/inside/layer_sums.js";

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
