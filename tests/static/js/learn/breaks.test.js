import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64 } from "../../../../static/js/base64.js";
import { inspect } from "../../../../static/js/network/article.js";
import { shaken, silenced, strongestNeuron, symptoms } from "../../../../static/js/learn/breaks.js";
import { Run } from "../../../../static/js/learn/run.js";
import { answer } from "./runs.mjs";

const HIDDEN = 3;

/** A network whose hidden neuron 1 has the largest weights to the outputs. */
function network() {
  const output = Float32Array.from({ length: HIDDEN * 10 }, (_, place) => (Math.floor(place / 10) === 1 ? -4 : 1));
  const hidden = Float32Array.from({ length: 784 * HIDDEN }, (_, place) => Math.sin(place) / 10);
  return {
    hidden: { weights: hidden, biases: new Float32Array(HIDDEN) },
    output: { weights: output, biases: Float32Array.from({ length: 10 }, (_, digit) => digit / 10) },
  };
}

const pixels = Float32Array.from({ length: 784 }, (_, place) => (place % 5) / 5);

test("a network whose neuron has no weight to the outputs computes what one computes whose neuron is silenced", () => {
  const changes = { hidden: { silenced: new Set([1]) }, output: {} };
  const expected = inspect(network(), pixels, changes).output.activations;
  assert.deepEqual(inspect(silenced(network(), 1), pixels).output.activations, expected);
  assert.notDeepEqual(inspect(network(), pixels).output.activations, expected);
});

test("the neuron with the largest weights to the outputs is the strongest", () => {
  assert.equal(strongestNeuron(network()), 1);
});

test("shaking adds noise as large as the weights, the same for the same seed, and leaves the biases and the original", () => {
  const before = network();
  const after = shaken(before, 1);
  const size = (weights) => Math.hypot(...weights);
  const noise = after.hidden.weights.map((weight, place) => weight - before.hidden.weights[place]);
  assert.ok(Math.abs(size(noise) / size(before.hidden.weights) - 1) < 0.1);
  assert.deepEqual(shaken(network(), 1), after);
  assert.notDeepEqual(shaken(network(), 2), after);
  assert.deepEqual([after.output.biases, before], [network().output.biases, network()]);
});

test("a healthy run has no symptoms", () => {
  assert.deepEqual(symptoms(new Run(different(answer()))), { overflowStep: null, equalStep: null, areOutputsOff: false, deadOutputs: [] });
});

test("the first frame whose cost is no number is found", () => {
  const run = new Run(answer({ accuracies: [0.1, 0.1, 0.1], costs: [1, null, null] }));
  assert.equal(symptoms(run).overflowStep, 10);
});

test("neurons with the same weights are found, up to the frame in which they differ", () => {
  const alike = answer({ hidden: 2, accuracies: [0.1, 0.1, 0.1] });
  const weights = new Int8Array(3 * 2 * 784).fill(5);
  alike.weights.bytes = toBase64(new Uint8Array(weights.buffer));
  assert.equal(symptoms(new Run(alike)).equalStep, 20);
  weights[(2 * 2 + 1) * 784 + 7] = 6;
  alike.weights.bytes = toBase64(new Uint8Array(weights.buffer));
  assert.equal(symptoms(new Run(alike)).equalStep, 10);
});

test("a single neuron is not said to equal others", () => {
  assert.equal(symptoms(new Run(answer({ hidden: 1 }))).equalStep, null);
});

test("outputs are off if all are almost 0, and the cost is that of zeros", () => {
  const off = different(answer({ accuracies: [0.1, 0.1], costs: [1, 0.499] }));
  off.worst[0].activations = Array(10).fill(0.001);
  assert.equal(symptoms(new Run(off)).areOutputsOff, true);
  const learnt = { ...off, frames: answer({ costs: [1, 0.1] }).frames };
  assert.equal(symptoms(new Run(learnt)).areOutputsOff, false);
});

test("an output is dead if no digit is read as its own, and it is almost 0 for the worst", () => {
  const made = different(answer());
  made.confusion = made.confusion.map((row) => row.map((count, read) => ([2, 3].includes(read) ? 0 : count)));
  made.worst[0].activations = [0.2, 0.2, 0.001, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.001];
  assert.deepEqual(symptoms(new Run(made)).deadOutputs, [2]);
});

/** Returns an answer whose hidden neurons differ from the start. */
function different(made) {
  const weights = Int8Array.from({ length: made.frames.length * made.settings.hidden * 784 }, (_, n) => (n % 101) - 50);
  return { ...made, weights: { ...made.weights, bytes: toBase64(new Uint8Array(weights.buffer)) } };
}
