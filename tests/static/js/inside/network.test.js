import assert from "node:assert/strict";
import { test } from "node:test";
import { feedforward, parseNetwork, sigmoid } from "../../../../static/js/inside/network.js";

const N = 785 * 15 + 16 * 10;

function close(actual, expected) {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

/** All parameters are 0 but these: [place in the file, value]. */
function network(...parameters) {
  const numbers = new Float32Array(N);
  for (const [place, value] of parameters) numbers[place] = value;
  return parseNetwork(numbers.buffer);
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

test("the sigmoid of 0 is a half, and it ends at 0 and 1", () => {
  assert.equal(sigmoid(0), 0.5);
  assert.equal(sigmoid(-1000), 0);
  assert.equal(sigmoid(1000), 1);
  close(sigmoid(Math.log(3)), 0.75);
});

test("weights times activations and the bias are added up, layer after layer", () => {
  const { hidden, output } = feedforward(network(...ONE_PATH), pixels);
  close(hidden.z[3], 4 * 0.5 - 2);
  close(hidden.activations[3], 0.5);
  close(output.z[7], 6 * 0.5 - 1);
  close(output.activations[7], sigmoid(2));
  close(output.z[6], 0);
});

test("the other hidden neurons pass a half on, the sigmoid of 0", () => {
  const weights = Array.from({ length: 15 }, (_, neuron) => [785 * 15 + neuron * 10, 1]);
  close(feedforward(network(...weights), pixels).output.z[0], 15 / 2);
});

test("a silenced neuron keeps its sum and passes 0 on", () => {
  const changes = { hidden: { silenced: new Set([3]) }, output: {} };
  const { hidden, output } = feedforward(network(...ONE_PATH), pixels, changes);
  close(hidden.z[3], 0);
  assert.equal(hidden.activations[3], 0);
  close(output.z[7], -1);
});

test("a changed bias replaces the one that was learnt, in either layer", () => {
  const changes = {
    hidden: { biases: new Map([[3, -2 + Math.log(3)]]) },
    output: { biases: new Map([[7, 0]]) },
  };
  const { hidden, output } = feedforward(network(...ONE_PATH), pixels, changes);
  close(hidden.activations[3], 0.75);
  close(output.z[7], 6 * 0.75);
});

test("numbers are little-endian on every machine", () => {
  const buffer = new ArrayBuffer(4 * N);
  new DataView(buffer).setFloat32(0, 1.5, true);
  assert.equal(parseNetwork(buffer).hidden.weights[0], 1.5);
});

test("a file with another number of parameters is refused", () => {
  assert.throws(() => parseNetwork(new ArrayBuffer(4 * N - 4)), RangeError);
});
