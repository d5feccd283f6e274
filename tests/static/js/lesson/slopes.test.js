import assert from "node:assert/strict";
import { test } from "node:test";
import { flowBack, gradientsOf, CostOfParameter } from "../../../../static/js/lesson/slopes.js";
import { ArticleNetwork, inspect, untrainedNetwork } from "../../../../static/js/network/article.js";

const PIXELS = Float32Array.from({ length: 784 }, (_, place) => (place % 3 === 0 ? 0.5 : 0));
const LABEL = 2;

function close(actual, expected, tolerance = 1e-6) {
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);
}

test("ten terms of a neuron, by hand: with all weights 0 but two, every activation is 0.5 or known", () => {
  const network = ArticleNetwork.from(untrainedNetwork(1));
  network.parameters.fill(0);
  network.output.weights[3 * 10 + 2] = 4; // from neuron 3 to outputs 2 and 7
  network.output.weights[3 * 10 + 7] = -4;
  const flow = flowBack(network, inspect(network, PIXELS), LABEL);
  const a = 1 / (1 + Math.exp(-2)); // of output 2: z = 4 · 0.5; of output 7 it is 1 − a
  close(flow.errors[2], a - 1);
  close(flow.errors[0], 0.5);
  close(flow.deltas[0], 0.5 * 0.25);
  const [delta2, delta7] = [(a - 1) * a * (1 - a), (1 - a) * a * (1 - a)];
  close(flow.terms[3][2], 4 * delta2);
  close(flow.terms[3][7], -4 * delta7);
  close(flow.terms[3][0], 0);
  close(flow.sums[3], 4 * delta2 - 4 * delta7);
  close(flow.deltasBelow[3], flow.sums[3] * 0.25);
  close(flow.sums[4], 0);
});

test("what flows back is what back propagation computes: δ of each neuron is the derivative by its bias", () => {
  const network = untrainedNetwork(1);
  const { deltas, deltasBelow } = flowBack(network, inspect(network, PIXELS), LABEL);
  const { hidden, output } = gradientsOf(network, PIXELS, LABEL);
  deltas.forEach((delta, k) => close(delta, output.biases[k]));
  deltasBelow.forEach((delta, j) => close(delta, hidden.biases[j]));
});

test("the slope that is measured is the one that is computed, of each kind of parameter, also far from where it was learnt", () => {
  const network = untrainedNetwork(1);
  const before = network.parameters.slice();
  for (const parameter of [
    { layer: "output", kind: "weights", place: 34 },
    { layer: "output", kind: "biases", place: 2 },
    { layer: "hidden", kind: "weights", place: 3 * 15 + 4 },
    { layer: "hidden", kind: "biases", place: 4 },
  ]) {
    const costOf = new CostOfParameter(network, parameter, PIXELS, LABEL);
    for (const value of [costOf.learnt, costOf.learnt - 7, 10]) {
      close(costOf.measuredSlope(value), costOf.computedSlope(value));
      assert.notEqual(costOf.computedSlope(value), 0);
    }
  }
  assert.deepEqual(network.parameters, before);
});
