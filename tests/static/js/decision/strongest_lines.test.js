import assert from "node:assert/strict";
import { test } from "node:test";
import { StrongestLines } from "../../../../static/js/decision/strongest_lines.js";

const WHOLE = { stride: 1, padding: 0, pooling: 1 };
const dense = (inputs, outputs, weights, more = {}) => ({
  ...{ shape: { rows: 1, columns: 1, maps: outputs.length }, outputs, weights, biases: outputs.map(() => 0) },
  ...{ kernel: { rows: inputs.rows, columns: inputs.columns, ...WHOLE }, ...more },
});

/** Two pixels with ink, three hidden neurons, two outputs. */
const picture = { shape: { rows: 28, columns: 28, maps: 1 }, outputs: new Float32Array(784) };
[picture.outputs[5], picture.outputs[30]] = [1, 0.5];
const ofPixels = new Array(784 * 3).fill(0);
ofPixels.splice(5 * 3, 3, 2, -1, 1);
ofPixels.splice(30 * 3, 3, 2, 6, 0);
const layers = [
  picture,
  dense({ rows: 28, columns: 28 }, [3, 2, 1], ofPixels),
  dense({ rows: 1, columns: 1 }, [0.1, 9], [0, 2, 1, 1, 0, -5], { sums: [2, 3] }),
];

/** What is traced from output 1: 3 · 2 = 6 from neuron 0, 2 · 1 = 2 from neuron 1, and neuron 2 is against it. */
function traced() {
  const found = new StrongestLines(layers);
  const steps = [...found.trace(1)];
  assert.equal(steps.length, 4); // two a layer: the page may do something else after each
  return found;
}

test("lines lead from the output down to the pixels, each as strong as its part of what pushes the sum up", () => {
  const lines = traced().lines.map(({ layer, from, to, strength }) => [layer, from, to, Number(strength.toFixed(3))]);
  // Neuron 0 counts 1, neuron 1 a third. Of neuron 0 the pixels add 2 and 1, of neuron 1 only pixel 30 adds: 3.
  assert.deepEqual(lines, [[2, 0, 1, 1], [2, 1, 1, 0.333], [1, 5, 0, 1], [1, 30, 0, 0.5], [1, 30, 1, 0.5]]);
});

test("how much a neuron counts is what its lines add up to, 1 for the strongest of a layer", () => {
  const scores = traced().scores.map((each) => [...each].map(([node, score]) => [node, Number(score.toFixed(3))]));
  assert.deepEqual(scores, [[[5, 1], [30, 1]], [[0, 1], [1, 0.333]], [[1, 1]]]);
});

test("other neurons have faint lines, and a neuron that is touched all of its own, with their signs", () => {
  const found = traced();
  assert.deepEqual(found.faint.map(({ layer, from, to }) => [layer, from, to]), [[2, 1, 0], [1, 5, 2]]);
  const ofNeuron = found.of(1, 2).map(({ layer, from, to, product }) => [layer, from, to, product]);
  assert.deepEqual(ofNeuron, [[1, 5, 2, 1], [2, 2, 1, -5]]);
  assert.ok(found.of(1, 1).some(({ product }) => product === -1)); // pixel 5 is against neuron 1
});
