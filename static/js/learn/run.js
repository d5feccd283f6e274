/**
 * A training that has been done, as the server or a file tells it: its frames, weights and figures.
 *
 * @typedef {{step: number, epoch: number, cost: number?, train_accuracy: number, test_accuracy: number,
 *   own_accuracy: number?}} Frame after so many mini-batches; a cost that is null is no number, or infinite
 * @typedef {{pixels: Float32Array, label: number, activations: number[]}} Digit its pixels are 0..1
 */

import { fromBase64 } from "../base64.js";
import { OUTPUTS, PIXELS } from "../network/article.js";

const MOST_FRAMES = 1000;
const MOST_HIDDEN = 100;
const LARGEST_LEVEL = 127; // of the weights' pictures: it stands for the scale

/** What is not a run. */
export class NotARun extends Error {}

export class Run {
  /** @param {any} answer of the server @throws {NotARun} if something of it is missing or has another form */
  constructor(answer) {
    check(answer);
    this.answer = answer;
    this.settings = answer.settings;
    /** @type {Frame[]} */
    this.frames = answer.frames;
    this.hidden = answer.settings.hidden;
    this.counts = answer.counts;
    this.correct = answer.correct;
    this.confusion = answer.confusion;
    this.backprop = answer.backprop;
    this.isCutShort = answer.stopped === "time";
    this.network = toNetwork(floats(answer.parameters), this.hidden);
    this.weights = new Int8Array(fromBase64(answer.weights.bytes).buffer);
    /** @type {Digit[]} */
    this.worst = answer.worst.map(({ image, label, activations }) => ({
      pixels: Float32Array.from(fromBase64(image), (level) => level / 255),
      label,
      activations,
    }));
  }

  get lastFrame() {
    return this.frames.at(-1);
  }

  /** Whether digits of its own were held back to measure. */
  get hasOwn() {
    return this.counts.own_held_back > 0;
  }

  /**
   * @param {number} position of a frame
   * @returns {{step: number, neurons: Float32Array[]}} the weights of each hidden neuron by pixel, and after how many
   *   mini-batches: a large network has them in some frames only
   */
  weightsAt(position) {
    const { frames, scale } = this.answer.weights;
    const place = frames.findLastIndex((each) => each <= position);
    const neurons = Array.from({ length: this.hidden }, (_, neuron) => {
      const start = (place * this.hidden + neuron) * PIXELS;
      return Float32Array.from(this.weights.subarray(start, start + PIXELS), (level) => (level * scale[place]) / LARGEST_LEVEL);
    });
    return { step: this.frames[frames[place]].step, neurons };
  }
}

/** @param {Float32Array} vector weights of the hidden layer, of the output layer, then the biases of both */
export function toNetwork(vector, hidden) {
  let place = 0;
  const take = (count) => vector.subarray(place, (place += count));
  const [weights, outputWeights] = [take(PIXELS * hidden), take(hidden * OUTPUTS)];
  const [biases, outputBiases] = [take(hidden), take(OUTPUTS)];
  return { hidden: { weights, biases }, output: { weights: outputWeights, biases: outputBiases } };
}

/** @param {import("../network/article.js").Layers} network @returns {Float32Array} its numbers in the order of the server */
export function toVector({ hidden, output }) {
  return Float32Array.from([...hidden.weights, ...output.weights, ...hidden.biases, ...output.biases]);
}

/** @param {string} text base64 of float32, little-endian @returns {Float32Array} */
export function floats(text) {
  const bytes = fromBase64(text);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, place) => view.getFloat32(4 * place, true));
}

/** @param {Float32Array} numbers @returns {Uint8Array} float32, little-endian */
export function toBytes(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, place) => view.setFloat32(4 * place, number, true));
  return new Uint8Array(view.buffer);
}

/** Throws NotARun where an answer lacks what the page shows. */
function check(answer) {
  for (const [part, isRight] of Object.entries(PARTS)) {
    if (!isRightIn(isRight, answer)) throw new NotARun(part);
  }
}

function isRightIn(isRight, answer) {
  try {
    return isRight(answer);
  } catch {
    return false; // a part is missing, or is not base64
  }
}

const isCount = (value) => Number.isInteger(value) && value >= 0;
const isPart = (value) => typeof value === "number" && value >= 0 && value <= 1;
const isNumber = (value) => typeof value === "number";
const hasBytes = (text, count) => fromBase64(text).length === count;
const hasOutputs = (values, isEach) => values.length === OUTPUTS && values.every(isEach);

/** By the member of the answer. */
const PARTS = {
  settings: ({ settings: { hidden } }) => isCount(hidden) && hidden >= 1 && hidden <= MOST_HIDDEN,
  frames: ({ frames }) => frames.length > 0 && frames.length <= MOST_FRAMES && frames.every(isFrame),
  parameters: ({ settings: { hidden }, parameters }) =>
    hasBytes(parameters, 4 * ((PIXELS + 1) * hidden + (hidden + 1) * OUTPUTS)),
  weights: ({ settings: { hidden }, frames, weights: { frames: places, scale, bytes } }) =>
    places[0] === 0 &&
    places.every((place, n) => isCount(place) && place < frames.length && (n === 0 || place > places[n - 1])) &&
    scale.length === places.length &&
    scale.every(isNumber) &&
    hasBytes(bytes, places.length * hidden * PIXELS),
  counts: ({ counts: { train, test, own, own_held_back } }) => [train, test, own, own_held_back].every(isCount),
  correct: ({ correct: { test, test_before, own_held_back, own_before } }) =>
    [test, test_before, own_held_back, own_before].every(isCount),
  worst: ({ worst }) =>
    worst.every(({ image, label, activations }) => hasBytes(image, PIXELS) && isDigit(label) && hasOutputs(activations, isPart)),
  backprop: ({ backprop }) => backprop === null || isBackprop(backprop),
  confusion: ({ confusion }) => hasOutputs(confusion, (row) => hasOutputs(row, isCount)),
};

function isBackprop({ image, label, target, output: { z, a, delta }, cost, cost_after, weights }) {
  const isWeight = ({ layer, source, target: to, ...numbers }) => [layer, source, to].every(isCount) && hasNumbers(numbers);
  const hasNumbers = ({ input, delta: of, gradient, before, after }) => [input, of, gradient, before, after].every(isNumber);
  const hasLayer = [target, z, a, delta].every((values) => hasOutputs(values, isNumber));
  return hasBytes(image, PIXELS) && isDigit(label) && hasLayer && isNumber(cost) && isNumber(cost_after) && weights.every(isWeight);
}

const isDigit = (value) => isCount(value) && value < OUTPUTS;

function isFrame({ step, epoch, cost, test_cost, train_accuracy, test_accuracy, own_accuracy }, place, frames) {
  const isLater = place === 0 || step > frames[place - 1].step;
  const isMeasured = isPart(train_accuracy) && isPart(test_accuracy) && (own_accuracy == null || isPart(own_accuracy));
  const hasCosts = (cost === null || isNumber(cost)) && (test_cost == null || isNumber(test_cost));
  return isCount(step) && isLater && isNumber(epoch) && hasCosts && isMeasured;
}
