import assert from "node:assert/strict";
import { test } from "node:test";
import { fewestPixels, leadOver } from "../../../../static/js/inside/puzzle.js";
import { inspect, untrainedNetwork } from "../../../../static/js/network/article.js";

const picture = (ink) => Float32Array.from({ length: 784 }, (_, place) => ink[place] ?? 0);

/**
 * Returns a network with one weight for each named pixel, to hidden neuron 0, whose activation s it passes on:
 * z is s + 0.3 for output 1, 1 - s for output 2, and 0 for the others.
 */
function tinyNetwork(weights) {
  const zeros = (length) => new Float32Array(length);
  const layers = {
    hidden: { weights: zeros(784 * 15), biases: zeros(15) },
    output: { weights: zeros(150), biases: zeros(10) },
  };
  for (const [pixel, weight] of Object.entries(weights)) layers.hidden.weights[15 * pixel] = weight;
  [layers.output.weights[1], layers.output.weights[2]] = [1, -1];
  [layers.output.biases[1], layers.output.biases[2]] = [0.3, 1];
  return layers;
}

const weights = { 5: 3, 6: -2, 7: -1 };
const changes = ({ steps }) => steps.map(({ place, value }) => [place, value]);

test("each step is the pixel that helps most: rubbed out where its weight is above 0, inked where it is below", () => {
  // 1 leads 2 by 2 s - 0.7. Its sum is 3 with ink at pixel 5; 0 without it, s = 0.5; then -2 with ink at 6, s = 0.119.
  const found = fewestPixels(tinyNetwork(weights), picture({ 5: 1 }), 2);
  assert.equal(found.isSolved, true);
  assert.deepEqual(changes(found), [[5, 0], [6, 1]]);
  const [first, second] = found.steps;
  assert.ok(Math.abs(first.lead - 0.3) < 1e-6);
  assert.ok(Math.abs(second.lead - (2 / (1 + Math.exp(2)) - 0.7)) < 1e-6);
});

test("a grey pixel becomes paper or ink, whichever changes the sum more", () => {
  const network = tinyNetwork({ 5: 4, 6: -4 });
  assert.deepEqual(changes(fewestPixels(network, picture({ 5: 0.25, 6: 0.25 }), 2)), [[6, 1]]); // by -3, not -1
  assert.deepEqual(changes(fewestPixels(network, picture({ 5: 0.75, 6: 0.75 }), 2)), [[5, 0]]);
});

test("a digit that leads already needs no pixel", () => {
  assert.deepEqual(fewestPixels(tinyNetwork(weights), picture({ 6: 1 }), 2), { steps: [], isSolved: true });
});

test("it ends where no pixel helps any more, and says so", () => {
  const { steps, isSolved } = fewestPixels(tinyNetwork(weights), picture({ 5: 1 }), 3); // output 3 is 0, output 2 above
  assert.equal(isSolved, false);
  assert.ok(steps.length <= 3);
});

test("where two other digits lead together it lowers the one and then the other", () => {
  const network = tinyNetwork({ 5: -6 });
  network.hidden.weights[15 * 6 + 1] = -6; // pixel 6 to neuron 1, which lifts output 4 as neuron 0 lifts output 1
  network.output.weights[10 + 4] = 1;
  network.output.biases[4] = 0.3;
  network.output.weights[2] = network.output.biases[2] = 0; // z of 2 is 0.5
  network.output.biases[2] = 0.5;
  const found = fewestPixels(network, picture({}), 2);
  assert.deepEqual(found.steps.map(({ place }) => place).sort(), [5, 6]);
  assert.equal(found.isSolved, true);
});

test("the lead after each step is that of the full forward pass", () => {
  const network = untrainedNetwork(5);
  const pixels = picture(Object.fromEntries([...Array(60).keys()].map((n) => [300 + 3 * n, 0.1 + (n % 9) / 10])));
  for (const target of [4, 9]) {
    const { steps } = fewestPixels(network, pixels, target);
    assert.ok(steps.length > 0);
    const changed = pixels.slice();
    for (const { place, value, lead } of steps) {
      changed[place] = value;
      assert.ok(Math.abs(leadOver(target, inspect(network, changed).output.z) - lead) < 1e-6);
    }
  }
});

test("a lead is the distance to the largest of the others", () => {
  assert.equal(leadOver(2, [0, 5, 3, 4, 0, 0, 0, 0, 0, 0]), 2);
  assert.equal(leadOver(1, [0, 5, 3, 4, 0, 0, 0, 0, 0, 0]), -1);
});
