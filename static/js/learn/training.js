/**
 * One training, moment by moment: it learns as its knobs say, and is measured after more and more mini-batches.
 *
 * The same knobs and changes give the same weights, bit for bit, in every browser.
 *
 * @typedef {import("./knobs.js").Knobs} Knobs
 * @typedef {import("../network/network.js").Examples} Examples
 * @typedef {{step: number, epoch: number, lastStep: number, isLast: boolean, cost: number?, testCost: number?,
 *   trainAccuracy: number, testAccuracy: number, testHalves: Count[], ownAccuracy: number?, ownTotal: number,
 *   parameters: Float32Array}} Frame
 *   after so many mini-batches; lastStep: after how many the training ends, as its knobs are now; a cost that is null is no
 *   number, or infinite; testHalves: of the test digits of the half that is learnt, 0 to 4
 *   where all are, and of the others
 * @typedef {{right: number, total: number}} Count of digits that are read right
 * @typedef {{kind: "silence" | "shake" | "teach", neuron?: number, own?: import("./lesson_set.js").OwnDigit[],
 *   isRemembering?: boolean}} Disturbance of a network that has learnt
 */

import { ArticleNetwork, networkAtStart, OUTPUTS, PIXELS } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { digitOf } from "../network/network.js";
import { normalNumbers, spawn } from "../network/random.js";
import { shake, silence } from "./breaks.js";
import { chosen, first, forEachDigit, HALVES, joined, split } from "./lesson_set.js";

const MEASURED = 1000; // of the digits that are learnt from
const GROWTH = 15; // a frame after each mini-batch up to twice so many, then whenever 1/15 more were learnt from
const LARGE = { hidden: 30, growth: 8 }; // networks whose frames take more memory
const WORST = 12; // test digits that are shown
const TAUGHT = 30_000; // own digits and remembered ones in all epochs together: as many as in two and a half of MNIST's

export class Training {
  #epoch = 0;
  #step = 0;
  #steps = null;

  constructor(knobs, lessonSet) {
    const [, order, labels] = spawn(knobs.seed, 3); // the first gives the network its weights
    Object.assign(this, { knobs, lessonSet, order });
    this.network = networkAtStart(knobs);
    this.network.areBiasesLearnt = knobs.biases === "yes";
    this.growth = knobs.hidden > LARGE.hidden ? LARGE.growth : GROWTH;
    this.options = {};
    this.change(knobs);
    /** Those of MNIST's digits that it learns. */
    const isHalf = knobs.digits in HALVES;
    const halfOf = isHalf ? HALVES[knobs.digits] : HALVES.half;
    this.known = isHalf ? chosen(lessonSet.train, forEachDigit(lessonSet.train, (...digit) => halfOf(...digit) === 0)) : lessonSet.train;
    /** For each test digit the half that it is of. */
    this.testHalves = forEachDigit(lessonSet.test, halfOf);
    this.examples = { ...this.known, labels: withWrongLabels(this.known.labels, knobs.wrong / 100, labels) };
  }

  /** @returns {{pixels: Float32Array, label: number}} the first digit, with the label that it is learnt with */
  get firstExample() {
    return { pixels: pixelsOf(this.examples.inputs, 0), label: this.examples.labels[0] };
  }

  get isOver() {
    return this.#epoch >= this.options.epochs;
  }

  /** Lets knobs act that need no new beginning. @param {Pick<Knobs, "rate" | "batch" | "epochs" | "penalty">} knobs */
  change({ rate, batch, epochs, penalty }) {
    Object.assign(this.options, { learningRate: rate, miniBatchSize: batch, epochs });
    this.network.penalty = penalty;
  }

  /** Learns up to the next frame, and measures it. @returns {Frame} */
  advance() {
    this.learn();
    return this.measure();
  }

  /** Learns up to the next frame; where all epochs are over, nothing. */
  learn() {
    const size = Math.max(1, Math.floor(this.#step / this.growth));
    for (let n = 0; n < size && !this.isOver; n++) {
      this.#steps ??= this.#begin();
      const { done, value } = this.#steps.next();
      if (done) this.#steps = null;
      else [this.#epoch, this.#step] = [value.epoch, this.#step + 1];
      if (Number.isInteger(this.#epoch) && size < this.#stepsOfEpoch) break; // each long epoch ends with a frame
    }
  }

  /** @returns {Training} another one that has learnt the same so far */
  fork() {
    const fork = new Training(this.knobs, this.lessonSet);
    fork.network.parameters.set(this.network.parameters);
    Object.assign(fork, { examples: this.examples, heldBack: this.heldBack, options: { ...this.options } });
    [fork.network.penalty, fork.#epoch, fork.#step] = [this.network.penalty, this.#epoch, this.#step];
    return fork;
  }

  /** Changes a network that has learnt, or its digits; it then learns on. @param {Disturbance} disturbance @returns {Frame} */
  disturb({ kind, neuron, own, isRemembering }) {
    const { network, options, knobs } = this;
    [this.order] = spawn(knobs.seed + this.#step, 1); // the same in a fork as in a run that is repeated
    if (kind === "silence") silence(network, neuron);
    if (kind === "shake") shake(network, normalNumbers(this.order));
    if (kind === "teach") this.#learnFrom(own, isRemembering);
    this.#epoch = Math.ceil(this.#epoch);
    this.#steps = null;
    options.epochs = this.#epoch + (kind === "teach" ? Math.ceil(TAUGHT / this.examples.labels.length) : knobs.epochs);
    return this.measure();
  }

  /** @returns {Frame} what the network reads now */
  measure() {
    const [train, test] = [first(this.examples, MEASURED), this.lessonSet.test].map((each) => this.#costAndAccuracy(each));
    return {
      ...{ step: this.#step, epoch: this.#epoch, isLast: this.isOver, lastStep: this.#step + this.#stepsLeft },
      ...{ cost: train.cost, testCost: test.cost, trainAccuracy: train.accuracy, testAccuracy: test.accuracy },
      testHalves: this.#countHalves(test.areRight),
      ownAccuracy: this.heldBack ? this.#costAndAccuracy(this.heldBack).accuracy : null,
      ownTotal: this.heldBack?.labels.length ?? 0,
      parameters: this.network.parameters.slice(),
    };
  }

  /** @param {Float32Array[]} networks their parameters @returns {{pixels: Float32Array, label: number, read: number[]}[]} own digits */
  readHeldBack(networks) {
    const { inputs, labels } = this.heldBack;
    const outputs = networks.map((parameters) => networkOf(this.knobs, parameters).outputs(inputs));
    return Array.from(labels, (label, n) => ({ ...{ pixels: pixelsOf(inputs, n), label }, read: outputs.map((each) => digitOf(each, n)) }));
  }

  #begin() {
    this.options.epochsDone = Math.ceil(this.#epoch);
    return this.network.sgd(this.examples, this.options, this.order);
  }

  /** Mini-batches until the end, of whole digits: an epoch is a fraction that is not exact. */
  get #stepsLeft() {
    if (this.isOver) return 0;
    const whole = Math.ceil(this.#epoch);
    const digits = Math.round((whole - this.#epoch) * this.examples.labels.length);
    return Math.ceil(digits / this.options.miniBatchSize) + (this.options.epochs - whole) * this.#stepsOfEpoch;
  }

  get #stepsOfEpoch() {
    return Math.ceil(this.examples.labels.length / this.options.miniBatchSize);
  }

  /** Learns from own digits next, and, if it is to remember them, from as many of MNIST's that it has learnt. */
  #learnFrom(own, isRemembering) {
    const { learnt, heldBack } = split(own);
    this.examples = isRemembering ? joined(first(this.known, learnt.labels.length), learnt) : learnt;
    this.heldBack = heldBack;
  }

  #costAndAccuracy(examples) {
    const { cost, right, areRight } = this.network.measure(examples);
    return { cost: Number.isFinite(cost) ? cost : null, accuracy: right / areRight.length, areRight };
  }

  /** @param {boolean[]} areRight of the test digits @returns {Count[]} of each half */
  #countHalves(areRight) {
    return [0, 1].map((half) => {
      const ofHalf = areRight.filter((_, n) => this.testHalves[n] === half);
      return { right: ofHalf.filter(Boolean).length, total: ofHalf.length };
    });
  }
}

/** @returns {Uint8Array} labels of which a share, 0 to 1, is replaced by another digit each */
function withWrongLabels(labels, share, uniform) {
  return labels.map((label) => {
    const [isWrong, shift] = [uniform() < share, 1 + Math.floor(9 * uniform())];
    return isWrong ? (label + shift) % OUTPUTS : label;
  });
}

/**
 * What a network reads of the test digits.
 * @param {Knobs} knobs @param {Float32Array} parameters @param {Examples} test
 * @returns {{worst: {pixels: Float32Array, label: number, activations: number[]}[], confusion: number[][]}} the digits
 *   of the highest cost, and how many of each label (row) are read as each digit (column)
 */
export function resultsOf(knobs, parameters, test) {
  const network = networkOf(knobs, parameters);
  const outputs = network.outputs(test.inputs);
  const confusion = Array.from({ length: OUTPUTS }, () => new Array(OUTPUTS).fill(0));
  test.labels.forEach((label, n) => confusion[label][digitOf(outputs, n)]++);
  const row = (n) => outputs.subarray(n * OUTPUTS, (n + 1) * OUTPUTS);
  const costs = Array.from(test.labels, (label, n) => network.loss.cost(row(n), oneHot([label])));
  const places = costs.map((_, n) => n).sort((a, b) => costs[b] - costs[a]).slice(0, WORST);
  const worst = places.map((n) => ({ pixels: pixelsOf(test.inputs, n), label: test.labels[n], activations: [...network.loss.activations(row(n))] }));
  return { worst, confusion };
}

function networkOf(knobs, parameters) {
  const network = new ArticleNetwork(knobs.hidden, () => 0.5, knobs);
  network.parameters.set(parameters);
  return network;
}

const pixelsOf = (inputs, n) => inputs.slice(n * PIXELS, (n + 1) * PIXELS);
