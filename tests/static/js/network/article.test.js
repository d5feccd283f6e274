import assert from "node:assert/strict";
import { test } from "node:test";
import { ArticleNetwork, articleLayers, inspect, untrainedNetwork } from "../../../../static/js/network/article.js";
import { sigmoid } from "../../../../static/js/network/layers.js";

const N = 785 * 15 + 16 * 10;

function close(actual, expected) {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

/** All parameters are 0 but these: [place among all, layer by layer, weights before biases, value]. */
function network(...parameters) {
  const numbers = new Float32Array(N);
  for (const [place, value] of parameters) numbers[place] = value;
  const [hidden, output] = [numbers.subarray(0, 785 * 15), numbers.subarray(785 * 15)];
  const layer = (part, outputs) => ({ weights: part.subarray(0, -outputs), biases: part.subarray(-outputs) });
  return articleLayers({ layers: [layer(hidden, 15), layer(output, 10)] });
}

const WEIGHT_OF_PIXEL_2_TO_NEURON_3 = 2 * 15 + 3;
const BIAS_OF_NEURON_3 = 784 * 15 + 3;
const WEIGHT_OF_NEURON_3_TO_OUTPUT_7 = 785 * 15 + 3 * 10 + 7;
const BIAS_OF_OUTPUT_7 = 785 * 15 + 150 + 7;
const ONE_PATH = [
  [WEIGHT_OF_PIXEL_2_TO_NEURON_3, 4],
  [BIAS_OF_NEURON_3, -2],
  [WEIGHT_OF_NEURON_3_TO_OUTPUT_7, 6],
  [BIAS_OF_OUTPUT_7, -1],
];
const pixels = Float64Array.from({ length: 784 }, (_, place) => (place === 2 ? 0.5 : 0));

test("weights times activations and the bias are added up, layer after layer", () => {
  const { hidden, output } = inspect(network(...ONE_PATH), pixels);
  close(hidden.z[3], 4 * 0.5 - 2);
  close(hidden.activations[3], 0.5);
  close(output.z[7], 6 * 0.5 - 1);
  close(output.activations[7], sigmoid(2));
  close(output.z[6], 0);
});

test("the other hidden neurons pass a half on, the sigmoid of 0", () => {
  const weights = Array.from({ length: 15 }, (_, neuron) => [785 * 15 + neuron * 10, 1]);
  close(inspect(network(...weights), pixels).output.z[0], 15 / 2);
});

test("a silenced neuron keeps its sum and passes 0 on", () => {
  const changes = { hidden: { silenced: new Set([3]) }, output: {} };
  const { hidden, output } = inspect(network(...ONE_PATH), pixels, changes);
  close(hidden.z[3], 0);
  assert.equal(hidden.activations[3], 0);
  close(output.z[7], -1);
});

test("a changed bias replaces the one that was learnt, in either layer", () => {
  const changes = {
    hidden: { biases: new Map([[3, -2 + Math.log(3)]]) },
    output: { biases: new Map([[7, 0]]) },
  };
  const { hidden, output } = inspect(network(...ONE_PATH), pixels, changes);
  close(hidden.activations[3], 0.75);
  close(output.z[7], 6 * 0.75);
});

test("a copy learns by itself, and the layers' arrays are views of its parameters", () => {
  const layers = network(...ONE_PATH);
  const copy = ArticleNetwork.from(layers);
  assert.deepEqual([...copy.feedforward(pixels)], inspect(layers, pixels).output.activations);
  copy.parameters.fill(0);
  assert.equal(copy.hidden.weights[WEIGHT_OF_PIXEL_2_TO_NEURON_3], 0);
  assert.equal(layers.hidden.weights[WEIGHT_OF_PIXEL_2_TO_NEURON_3], 4);
});

test("a network that has learnt nothing is the same each time, with weights as training begins with", () => {
  const { weights, biases } = untrainedNetwork(5).hidden;
  assert.deepEqual(untrainedNetwork(5).hidden.weights, weights);
  assert.notDeepEqual(untrainedNetwork(6).hidden.weights, weights);
  const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  assert.ok(Math.abs(mean(weights)) < 0.002);
  assert.ok(Math.abs(784 * mean(weights.map((weight) => weight ** 2)) - 1) < 0.05);
  assert.ok(biases.every((bias) => bias === 0));
});
