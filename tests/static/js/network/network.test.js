import assert from "node:assert/strict";
import { test } from "node:test";
import { ArticleNetwork, untrainedNetwork } from "../../../../static/js/network/article.js";
import { oneHot, QuadraticCost, SoftmaxCrossEntropy } from "../../../../static/js/network/losses.js";
import { normalNumbers, permutation, spawn, uniformNumbers } from "../../../../static/js/network/random.js";

const uniform = uniformNumbers(3);
const examples = (count) => ({
  inputs: Float32Array.from({ length: count * 784 }, () => Math.max(0, 2 * uniform() - 1)),
  labels: Uint8Array.from({ length: count }, (_, n) => n % 10),
});

function close(actual, expected, tolerance = 1e-6) {
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);
}

test("the cost is half the squared distance from the targets, the mean over the batch", () => {
  const loss = new QuadraticCost();
  close(loss.cost(new Float64Array(10).fill(0.1), oneHot([3])), 0.45);
  close(loss.cost(oneHot([3]), oneHot([4])), 1);
  close(loss.cost([...oneHot([3]), ...oneHot([3])], oneHot([3, 4])), 0.5);
});

test("the cross-entropy is the logarithm of the label's softmax, the mean over the batch, however large the outputs are", () => {
  const loss = new SoftmaxCrossEntropy();
  close(loss.cost(new Float64Array(10), oneHot([3])), Math.log(10));
  const outputs = new Float64Array(20).fill(-1e6);
  [outputs[3], outputs[14], outputs[15]] = [1e6, 1000, 1000 + Math.log(3)];
  close(loss.cost(outputs, oneHot([3, 4])), Math.log(4) / 2);
  close(loss.activations(outputs)[15], 0.75);
  close(loss.costDerivative(outputs, oneHot([3, 4]))[15], 0.75 / 2);
});

for (const [activation, cost] of [["sigmoid", "quadratic"], ["relu", "quadratic"], ["sigmoid", "cross-entropy"], ["relu", "cross-entropy"]]) {
  test(`each gradient is the slope of the ${cost} cost, with ${activation}, with a penalty and without`, () =>
    checkGradients(new ArticleNetwork(4, uniformNumbers(7), { activation, cost, ArrayType: Float64Array })));
}

function checkGradients(network) {
  const { inputs, labels } = examples(3);
  const targets = oneHot(labels);
  const small = 1e-5;
  for (network.penalty of [0, 0.3]) {
    for (let place = 5; place < network.parameters.length; place += 97) {
      const value = network.parameters[place];
      network.parameters[place] = value + small;
      const more = network.backprop(inputs, targets);
      network.parameters[place] = value - small;
      const less = network.backprop(inputs, targets);
      network.parameters[place] = value;
      network.backprop(inputs, targets);
      close(network.gradients[place], (more - less) / (2 * small), 1e-9);
    }
  }
}

test("a step follows the mean of the gradients of its examples", () => {
  const network = untrainedNetwork(1);
  const { inputs, labels } = examples(2);
  const gradients = [0, 1].map((n) => {
    network.backprop(inputs.subarray(784 * n, 784 * (n + 1)), oneHot([labels[n]]));
    return network.gradients.slice();
  });
  const before = network.parameters.slice();
  network.updateMiniBatch(inputs, oneHot(labels), 0.5);
  network.parameters.forEach((after, place) => {
    close(after, before[place] - (0.5 * (gradients[0][place] + gradients[1][place])) / 2, 1e-7);
  });
});

test("biases that are not learnt stay as they are", () => {
  const network = untrainedNetwork(1);
  network.areBiasesLearnt = false;
  const { inputs, labels } = examples(2);
  network.updateMiniBatch(inputs, oneHot(labels), 3);
  assert.ok([...network.hidden.biases, ...network.output.biases].every((bias) => bias === 0));
  assert.notDeepEqual(network.output.weights, untrainedNetwork(1).output.weights);
});

test("an epoch takes each example once, in an order of its own", () => {
  const order = [...permutation(25, uniform)];
  assert.deepEqual(order.toSorted((a, b) => a - b), Array.from({ length: 25 }, (_, place) => place));
  assert.notDeepEqual(order, [...permutation(25, uniform)]);
  const steps = [...untrainedNetwork(1).sgd(examples(25), { epochs: 2, miniBatchSize: 10, learningRate: 1 }, uniform)];
  assert.deepEqual(steps.map(({ epoch }) => epoch), [0.4, 0.8, 1, 1.4, 1.8, 2]);
});

test("what is changed while it trains holds from the next mini-batch on", () => {
  const options = { epochs: 1, miniBatchSize: 10, learningRate: 0 };
  const network = untrainedNetwork(1);
  const before = network.parameters.slice();
  const training = network.sgd(examples(30), options, uniform);
  assert.equal(training.next().value.epoch, 10 / 30);
  assert.deepEqual(network.parameters, before);
  Object.assign(options, { miniBatchSize: 5, learningRate: 1 });
  assert.equal(training.next().value.epoch, 15 / 30);
  assert.notDeepEqual(network.parameters, before);
});

test("learning lowers the cost until all examples are read", () => {
  const few = examples(5);
  const network = untrainedNetwork(1);
  const costs = [...network.sgd(few, { epochs: 60, miniBatchSize: 1, learningRate: 1 }, uniform)].map(({ cost }) => cost);
  assert.ok(costs.at(-1) < costs[0] / 5);
  assert.equal(network.evaluate(few), 5);
});

test("random numbers have the mean and the variance that they should have, and seeds differ", () => {
  const numbers = Array.from({ length: 20_000 }, normalNumbers(uniformNumbers(1)));
  const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
  close(mean(numbers), 0, 0.02);
  close(mean(numbers.map((number) => number ** 2)), 1, 0.03);
  const [one, other] = spawn(1, 2);
  assert.notEqual(one(), other());
});
