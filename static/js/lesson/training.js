/**
 * Learning, computed in the page as nn/core computes it: back propagation of the article's network, and a step.
 *
 * The cost of an example is C = Σ (a − y)² / 2; the article has no penalty on weights.
 *
 * @typedef {import("../inside/network.js").Network} Network
 * @typedef {{pixels: ArrayLike<number>, label: number}} Example
 * @typedef {{hidden: import("../inside/network.js").Layer, output: import("../inside/network.js").Layer}} Gradients the
 *   derivatives of the cost by each weight and bias, in the order of these
 */

import { OUTPUTS, feedforward } from "../inside/network.js";

/** @param {number} label @returns {number[]} what the ten outputs should be */
export const targetsOf = (label) => Array.from({ length: OUTPUTS }, (_, digit) => (digit === label ? 1 : 0));

/** @param {number[]} outputs @param {number[]} targets @returns {number} half the squared distance */
export const costOf = (outputs, targets) => sum(outputs.map((a, k) => (a - targets[k]) ** 2)) / 2;

/** @param {number} a an activation @returns {number} the slope of the sigmoid there */
export const slope = (a) => a * (1 - a);

/**
 * @param {Network} network
 * @param {Example} example
 * @returns {{cost: number, deltas: {hidden: number[], output: number[]}, gradients: Gradients}} deltas: the derivatives
 *   of the cost by each neuron's sum z
 */
export function backprop(network, { pixels, label }) {
  const { hidden, output } = feedforward(network, pixels);
  const targets = targetsOf(label);
  const deltaOut = output.activations.map((a, k) => (a - targets[k]) * slope(a));
  const { weights } = network.output;
  const back = (j) => sum(deltaOut.map((delta, k) => delta * weights[j * OUTPUTS + k]));
  const deltaHidden = hidden.activations.map((a, j) => back(j) * slope(a));
  return {
    cost: costOf(output.activations, targets),
    deltas: { hidden: deltaHidden, output: deltaOut },
    gradients: { hidden: gradientOf(pixels, deltaHidden), output: gradientOf(hidden.activations, deltaOut) },
  };
}

/** @returns {import("../inside/network.js").Layer} the derivatives by a layer's weights and biases */
function gradientOf(inputs, deltas) {
  const weights = new Float64Array(inputs.length * deltas.length);
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i] === 0) continue; // most pixels are paper
    for (let j = 0; j < deltas.length; j++) weights[i * deltas.length + j] = inputs[i] * deltas[j];
  }
  return { weights, biases: Float64Array.from(deltas) };
}

/**
 * Takes one step against the mean gradient of some examples.
 * @param {Network} network stays as it is
 * @param {Example[]} examples at least one
 * @param {number} rate
 * @returns {{network: Network, cost: number}} the new network, and the mean cost before the step
 */
export function updateMiniBatch(network, examples, rate) {
  const passes = examples.map((example) => backprop(network, example));
  const changed = (layer, part) => {
    const values = Float64Array.from(network[layer][part]);
    for (const { gradients } of passes) {
      const gradient = gradients[layer][part];
      for (let i = 0; i < values.length; i++) values[i] -= (rate / examples.length) * gradient[i];
    }
    return values;
  };
  const layer = (name) => ({ weights: changed(name, "weights"), biases: changed(name, "biases") });
  return {
    network: { hidden: layer("hidden"), output: layer("output") },
    cost: sum(passes.map(({ cost }) => cost)) / examples.length,
  };
}

/**
 * Trains for one epoch: all examples in a random order, a step for each mini-batch.
 * @param {Network} network stays as it is
 * @param {Example[]} examples
 * @param {{size: number, rate: number, random: () => number}} options random numbers in 0..1
 * @returns {{network: Network, costs: number[]}} the new network, and the mean cost of each mini-batch before its step
 */
export function sgdEpoch(network, examples, { size, rate, random }) {
  const order = shuffled(examples, random);
  const costs = [];
  for (let start = 0; start < order.length; start += size) {
    const stepped = updateMiniBatch(network, order.slice(start, start + size), rate);
    network = stepped.network;
    costs.push(stepped.cost);
  }
  return { network, costs };
}

/** @param {Network} network @param {Example[]} examples @returns {number} how many have their largest output at their label */
export function evaluate(network, examples) {
  return examples.filter(({ pixels, label }) => {
    const { activations } = feedforward(network, pixels).output;
    return activations.indexOf(Math.max(...activations)) === label;
  }).length;
}

/** @returns {any[]} the same in another order (R. Durstenfeld, "Algorithm 235: random permutation", 1964) */
function shuffled(items, random) {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const place = Math.floor(random() * (last + 1));
    [order[last], order[place]] = [order[place], order[last]];
  }
  return order;
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
