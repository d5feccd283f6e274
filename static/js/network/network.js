/**
 * A network as a list of layers, trained by stochastic gradient descent, with the methods of nn/core/network.py.
 *
 * All parameters are in one vector, the weights of all layers before the biases; all gradients are in another.
 */

import { CLASSES, oneHot, QuadraticCost } from "./losses.js";
import { permutation } from "./random.js";

const AT_ONCE = 64; // examples whose activations are computed together

/** @typedef {{inputs: Float32Array, labels: Uint8Array}} Examples N·I pixels of 0..1, and the digit of each example */

export class Network {
  /** Strength λ of the L2 penalty λ/2 Σ w², added to the cost: it keeps weights small. */
  penalty = 0;
  /** False: the biases stay as they are. */
  areBiasesLearnt = true;

  /**
   * @param {(import("./layers.js").Dense | import("./layers.js").Sigmoid | import("./layers.js").ReLU)[]} layers from the
   *   inputs to the outputs
   * @param {QuadraticCost | import("./losses.js").SoftmaxCrossEntropy} loss
   */
  constructor(layers, loss = new QuadraticCost()) {
    Object.assign(this, { layers, loss });
    layers.find(({ parameters }) => parameters.length > 0).isFirst = true;
    this.nInputs = layers[0].nInputs;
    const slots = ["weights", "biases"].flatMap((name) =>
      layers.filter(({ parameters }) => parameters.includes(name)).map((layer) => ({ layer, name })),
    );
    this.nWeights = slots.reduce((sum, { layer, name }) => sum + (name === "weights" ? layer.weights.length : 0), 0);
    this.parameters = bind(slots);
    this.gradients = bind(slots.map(({ layer, name }) => ({ layer, name: `${name}Gradient` })));
  }

  /** @param {ArrayLike<number>} inputs (N, I) @returns {Float64Array} the activation of each class (N, C) */
  feedforward(inputs) {
    return this.loss.activations(this.#outputsOf(inputs));
  }

  /** @returns {Float64Array} the outputs of the last layer (N, C), of which the loss makes activations */
  #outputsOf = (inputs) => this.layers.reduce((values, layer) => layer.forward(values), inputs);

  /**
   * Trains: in each epoch all examples in a random order, a step for each mini-batch.
   * @param {{epochs: number, miniBatchSize: number, learningRate: number, epochsDone?: number}} options are read again for
   *   each mini-batch, so that they may be changed while it trains; epochsDone: by earlier calls
   * @param {() => number} uniform random numbers
   * @yields {{epoch: number, cost: number}} after each mini-batch: how often all examples were learnt from so far, and the
   *   cost of the mini-batch before its step
   */
  *sgd({ inputs, labels }, options, uniform) {
    const [targets, n] = [oneHot(labels, this.loss.nClasses), labels.length];
    for (let epoch = options.epochsDone ?? 0; epoch < options.epochs; epoch++) {
      const order = permutation(n, uniform);
      for (let start = 0, end = 0; start < n; start = end) {
        end = Math.min(start + options.miniBatchSize, n);
        const batch = order.subarray(start, end);
        const [pixels, rows] = [take(inputs, batch, this.nInputs), take(targets, batch, this.loss.nClasses)];
        const cost = this.updateMiniBatch(pixels, rows, options.learningRate);
        yield { epoch: epoch + end / n, cost };
      }
    }
  }

  /** Takes one step against the gradient of a mini-batch's cost. @returns {number} that cost, before the step */
  updateMiniBatch(inputs, targets, learningRate) {
    const cost = this.backprop(inputs, targets);
    const { parameters, gradients } = this;
    const end = this.areBiasesLearnt ? parameters.length : this.nWeights;
    for (let place = 0; place < end; place++) parameters[place] -= learningRate * gradients[place];
    return cost;
  }

  /**
   * Fills `gradients` with the derivative of the cost by every parameter. Forward through the layers, then backward: from
   * delta, the derivative of the cost by a layer's outputs, each layer computes its gradients and the delta of the layer
   * below.
   * @param {ArrayLike<number>} inputs (N, I)
   * @param {ArrayLike<number>} targets (N, C)
   * @returns {number} the cost
   */
  backprop(inputs, targets) {
    const outputs = this.#outputsOf(inputs);
    let delta = this.loss.costDerivative(outputs, targets);
    for (const layer of this.layers.toReversed()) delta = layer.backward(delta);
    const cost = this.loss.cost(outputs, targets);
    return this.penalty > 0 ? cost + this.#addPenalty() : cost;
  }

  /**
   * @param {Examples} examples any number of them
   * @returns {{cost: number, right: number, areRight: boolean[]}} the mean cost, without the penalty; which examples have their
   *   largest activation at their label, and how many
   */
  measure({ inputs, labels }) {
    const { nClasses } = this.loss;
    const outputs = this.outputs(inputs);
    const areRight = Array.from(labels, (label, n) => digitOf(outputs, n, nClasses) === label);
    return { cost: this.loss.cost(outputs, oneHot(labels, nClasses)), right: areRight.filter(Boolean).length, areRight };
  }

  /** @param {Examples} examples @returns {number} how many have their largest activation at their label */
  evaluate(examples) {
    return this.measure(examples).right;
  }

  /** @param {Float32Array} inputs (N, I) @returns {Float64Array} `feedforward` of any number of examples */
  activations(inputs) {
    return this.loss.activations(this.outputs(inputs));
  }

  /** @returns {Float64Array} the outputs of the last layer for any number of examples, computed in slices */
  outputs(inputs) {
    const [n, { nClasses }] = [inputs.length / this.nInputs, this.loss];
    const outputs = new Float64Array(n * nClasses);
    for (let start = 0; start < n; start += AT_ONCE) {
      const slice = inputs.subarray(start * this.nInputs, (start + AT_ONCE) * this.nInputs);
      outputs.set(this.#outputsOf(slice), start * nClasses);
    }
    return outputs;
  }

  /** Adds the derivative of the penalty to the weights' gradients. @returns {number} the penalty */
  #addPenalty() {
    let sum = 0;
    for (let place = 0; place < this.nWeights; place++) {
      this.gradients[place] += this.penalty * this.parameters[place];
      sum += this.parameters[place] ** 2;
    }
    return (this.penalty / 2) * sum;
  }
}

/** @param {ArrayLike<number>} activations (N, C) @param {number} n an example @returns {number} the class of its largest activation */
export function digitOf(activations, n = 0, nClasses = CLASSES) {
  let best = 0;
  for (let digit = 1; digit < nClasses; digit++) {
    if (activations[n * nClasses + digit] > activations[n * nClasses + best]) best = digit;
  }
  return best;
}

/** @returns {Float32Array} the rows at these places, each of so many numbers */
function take(rows, places, size) {
  const taken = new Float32Array(places.length * size);
  places.forEach((place, n) => taken.set(rows.subarray(place * size, (place + 1) * size), n * size));
  return taken;
}

/** @returns {Float32Array} the layers' arrays of these names as one vector, of which they become views */
function bind(slots) {
  const arrays = slots.map(({ layer, name }) => layer[name]);
  const vector = new arrays[0].constructor(arrays.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const { layer, name } of slots) {
    vector.set(layer[name], start);
    layer[name] = vector.subarray(start, (start += layer[name].length));
  }
  return vector;
}
