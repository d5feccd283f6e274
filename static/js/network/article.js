/**
 * The article's network: 784 pixels, 15 hidden neurons or another number, 10 outputs, all of them sigmoids. To compare, the
 * hidden neurons may be ReLUs, and the cost cross-entropy, with softmax at the outputs.
 *
 * @typedef {{weights: ArrayLike<number>, biases: ArrayLike<number>, activation?: string}} Layer weights by input, then by
 *   neuron; its activation function by its name in `ACTIVATIONS`, the sigmoid where none is named
 * @typedef {{activation?: "sigmoid" | "relu", cost?: "quadratic" | "cross-entropy"}} Kinds of hidden neuron and of cost
 * @typedef {{hidden: Layer, output: Layer}} Layers
 * @typedef {{z: number[], activations: number[]}} Computed of the neurons of one layer
 * @typedef {{silenced?: Set<number>, biases?: Map<number, number>}} LayerChanges by neuron
 */

import { ACTIVATIONS, Dense, ReLU, Sigmoid, weightedSums } from "./layers.js";
import { QuadraticCost, SoftmaxCrossEntropy } from "./losses.js";
import { Network } from "./network.js";
import { normalNumbers, spawn, uniformNumbers } from "./random.js";

export const PIXELS = 784;
export const HIDDEN = 15;
export const OUTPUTS = 10;

/** @param {Kinds} kinds @returns {{hidden: string, output: string}} the activation functions by their names in `ACTIVATIONS` */
export const activationNames = ({ activation, cost }) => ({
  hidden: activation === "relu" ? "ReLU()" : "Sigmoid()",
  output: cost === "cross-entropy" ? "Softmax()" : "Sigmoid()",
});

/** The network with names for its two layers of neurons. */
export class ArticleNetwork extends Network {
  /**
   * @param {number} hidden neurons
   * @param {() => number} uniform source of the first weights
   * @param {Kinds & {ArrayType?: typeof Float32Array | typeof Float64Array}} [options] ArrayType of its parameters
   */
  constructor(hidden, uniform, { activation, cost, ArrayType } = {}) {
    const [normal, isReLU, isQuadratic] = [normalNumbers(uniform), activation === "relu", cost !== "cross-entropy"];
    const layers = [
      new Dense(PIXELS, hidden, normal, { gain: isReLU ? 2 : 1, ArrayType }),
      isReLU ? new ReLU() : new Sigmoid(),
      new Dense(hidden, OUTPUTS, normal, { ArrayType }),
    ];
    super(isQuadratic ? [...layers, new Sigmoid()] : layers, isQuadratic ? new QuadraticCost() : new SoftmaxCrossEntropy());
    [this.hidden, , this.output] = layers;
  }

  /** @param {Layers} layers @param {Kinds} [kinds] @returns {ArticleNetwork} another one with their weights and biases */
  static from({ hidden, output }, kinds) {
    const network = new ArticleNetwork(hidden.biases.length, () => 0.5, kinds);
    for (const [to, from] of [[network.hidden, hidden], [network.output, output]]) {
      to.weights.set(from.weights);
      to.biases.set(from.biases);
    }
    return network;
  }
}

/** @param {number} seed the same seed gives the same weights @returns {ArticleNetwork} one that has learnt nothing */
export const untrainedNetwork = (seed) => new ArticleNetwork(HIDDEN, uniformNumbers(seed));

const SATURATED = 6; // a sum z of which the sigmoid is 0.998, and its slope 1/100 of its largest

/**
 * @param {{hidden: number, seed: number, start: string} & Kinds} knobs start "wrong": the outputs read each digit as a 0, and
 *   are saturated
 * @returns {ArticleNetwork} one that a training with them begins with
 */
export function networkAtStart({ hidden, seed, start, ...kinds }) {
  const network = new ArticleNetwork(hidden, spawn(seed, 1)[0], kinds);
  if (start === "zero") network.parameters.fill(0);
  if (start === "wrong") network.output.biases.fill(-SATURATED).fill(SATURATED, 0, 1);
  return network;
}

/** @param {import("./trained_network.js").TrainedNetwork} network of that shape @returns {Layers} */
export const articleLayers = ({ layers: [hidden, output] }) => ({ hidden, output });

/** @returns {number[]} the weights of one neuron, by input */
export function incomingWeights({ weights, biases }, neuron) {
  const inputs = weights.length / biases.length;
  return Array.from({ length: inputs }, (_, i) => weights[i * biases.length + neuron]);
}

/** @returns {number[]} the weights of the neurons of a layer for one of its inputs */
export function outgoingWeights({ weights, biases }, input) {
  return Array.from(biases, (_, neuron) => weights[input * biases.length + neuron]);
}

/**
 * What each neuron computes for one picture.
 * @param {ArrayLike<number>} pixels 784, from 0 for paper to 1 for ink
 * @param {{hidden: LayerChanges, output: LayerChanges}} changes a silenced neuron's activation is 0; a changed bias
 *   replaces the one that was learnt
 * @returns {{hidden: Computed, output: Computed}}
 */
export function inspect(layers, pixels, changes = { hidden: {}, output: {} }) {
  const hidden = compute(layers.hidden, pixels, changes.hidden);
  return { hidden, output: compute(layers.output, hidden.activations, changes.output) };
}

/** @returns {Computed} the weighted sums and activations of one layer */
function compute({ weights, biases, activation = "Sigmoid()" }, inputs, { silenced = new Set(), biases: changed = new Map() }) {
  const used = Array.from(biases, (bias, neuron) => changed.get(neuron) ?? bias);
  const z = [...weightedSums({ weights, biases: used }, inputs)];
  return { z, activations: ACTIVATIONS[activation](z).map((a, neuron) => (silenced.has(neuron) ? 0 : a)) };
}
