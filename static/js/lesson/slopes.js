/** The derivatives of the cost of one digit: from back propagation, as terms on their way back, and measured. */

import { ArticleNetwork, inspect, outgoingWeights } from "../network/article.js";
import { slope } from "../network/layers.js";
import { oneHot, QuadraticCost } from "../network/losses.js";

const STEP = 0.001; // to either side of a parameter, to measure the slope there

/** @typedef {import("../network/article.js").Layers} Layers */
/** @typedef {{layer: "hidden" | "output", kind: "weights" | "biases", place: number}} Parameter where it is in the network */

/** @param {ArrayLike<number>} pixels 784, 0..1 @returns {Layers} ∂C/∂w and ∂C/∂b of each layer; for one digit ∂C/∂b is δ */
export function gradientsOf(layers, pixels, label) {
  const network = ArticleNetwork.from(layers);
  network.backprop(pixels, oneHot([label]));
  const of = ({ weightsGradient, biasesGradient }) => ({ weights: weightsGradient, biases: biasesGradient });
  return { hidden: of(network.hidden), output: of(network.output) };
}

/**
 * What flows back from the outputs into the hidden neurons.
 * @typedef {{errors: number[], deltas: number[], weights: number[][], terms: number[][], sums: number[], slopes: number[],
 *   deltasBelow: number[]}} Flow by output: a − y, and δ; by hidden neuron: its weights to the ten outputs, their terms w·δ,
 *   the sum of these, ∂C/∂a, the slope a (1 − a), and its δ
 * @param {Layers} layers @param {{hidden: object, output: object}} computed as of `inspect` @param {number} label
 * @returns {Flow}
 */
export function flowBack({ output }, computed, label) {
  const targets = oneHot([label]);
  const errors = computed.output.activations.map((a, k) => a - targets[k]);
  const deltas = errors.map((error, k) => error * slope(computed.output.activations[k]));
  const weights = computed.hidden.activations.map((_, j) => outgoingWeights(output, j));
  const terms = weights.map((ofNeuron) => ofNeuron.map((w, k) => w * deltas[k]));
  const sums = terms.map((ofNeuron) => ofNeuron.reduce((sum, term) => sum + term, 0));
  const slopes = computed.hidden.activations.map(slope);
  return { errors, deltas, weights, terms, sums, slopes, deltasBelow: sums.map((sum, j) => sum * slopes[j]) };
}

/** One digit's cost as a function of one parameter, while all others stay as they are. */
export class CostOfParameter {
  /** @param {Layers} layers stay as they are @param {Parameter} parameter */
  constructor(layers, parameter, pixels, label) {
    Object.assign(this, { layers, parameter, pixels, label });
  }

  /** The parameter's value in the network. */
  get learnt() {
    const { layer, kind, place } = this.parameter;
    return this.layers[layer][kind][place];
  }

  /** @returns {number} the cost */
  at(value) {
    return new QuadraticCost().cost(inspect(this.#with(value), this.pixels).output.activations, oneHot([this.label]));
  }

  /** @returns {number} the difference quotient around a value: the slope, measured */
  measuredSlope(value) {
    return (this.at(value + STEP) - this.at(value - STEP)) / (2 * STEP);
  }

  /** @returns {number} the partial derivative there, as back propagation computes it */
  computedSlope(value) {
    const { layer, kind, place } = this.parameter;
    return gradientsOf(this.#with(value), this.pixels, this.label)[layer][kind][place];
  }

  /** @returns {Layers} the network with another value of the parameter */
  #with(value) {
    const { layer, kind, place } = this.parameter;
    const numbers = Float64Array.from(this.layers[layer][kind]);
    numbers[place] = value;
    return { ...this.layers, [layer]: { ...this.layers[layer], [kind]: numbers } };
  }
}
