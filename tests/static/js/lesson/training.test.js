import assert from "node:assert/strict";
import { test } from "node:test";
import { generator, untrainedNetwork } from "../../../../static/js/inside/random.js";
import { backprop, costOf, evaluate, sgdEpoch, targetsOf, updateMiniBatch } from "../../../../static/js/lesson/training.js";

const random = generator(3);
const example = (label) => ({ pixels: Float64Array.from({ length: 784 }, () => random()), label });
const network = untrainedNetwork(1);

function close(actual, expected, tolerance = 1e-12) {
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);
}

test("the cost is half the squared distance from the targets", () => {
  close(costOf(new Array(10).fill(0.1), targetsOf(3)), 0.45);
  close(costOf(targetsOf(3), targetsOf(4)), 1);
});

test("a step follows the mean of the gradients of its examples", () => {
  const [one, other] = [example(1), example(2)];
  const { network: after, cost } = updateMiniBatch(network, [one, other], 0.5);
  const [first, second] = [one, other].map((each) => backprop(network, each));
  close(cost, (first.cost + second.cost) / 2);
  for (const place of [0, 100, 149]) {
    const mean = (first.gradients.output.weights[place] + second.gradients.output.weights[place]) / 2;
    close(after.output.weights[place], network.output.weights[place] - 0.5 * mean);
  }
});

test("a step leaves the network as it was and makes another", () => {
  const before = [...network.hidden.weights];
  updateMiniBatch(network, [example(1)], 3);
  assert.deepEqual([...network.hidden.weights], before);
});

test("an epoch takes each example once, in an order of its own", () => {
  const seen = [];
  const examples = Array.from({ length: 25 }, (_, label) => ({
    get pixels() {
      seen.push(label);
      return new Float64Array(784);
    },
    label: label % 10,
  }));
  const { costs } = sgdEpoch(network, examples, { size: 10, rate: 1, random });
  assert.equal(costs.length, 3);
  assert.deepEqual(seen.toSorted((a, b) => a - b), examples.map((_, place) => place));
  assert.notDeepEqual(seen, examples.map((_, place) => place));
});

test("learning lowers the cost until all examples are read", () => {
  const examples = [example(1), example(2), example(3)];
  let learnt = network;
  for (let epoch = 0; epoch < 60; epoch++) ({ network: learnt } = sgdEpoch(learnt, examples, { size: 1, rate: 1, random }));
  assert.equal(evaluate(learnt, examples), 3);
});
