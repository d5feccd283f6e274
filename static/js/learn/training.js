/**
 * One training, moment by moment: it learns as its knobs say, and is measured after more and more mini-batches.
 *
 * The same knobs and changes give the same weights, bit for bit, in every browser.
 *
 * @typedef {import("./knobs.js").Knobs} Knobs
 * @typedef {import("../network/network.js").Examples} Examples
 * @typedef {{step: number, epoch: number, lastStep: number, isLast: boolean, cost: number?, testCost: number?,
 *   trainAccuracy: number, testAccuracy: number, ownAccuracy: number?, ownTotal: number, parameters: Float32Array}} Frame
 *   after so many mini-batches; lastStep: after how many the training ends, as its knobs are now; a cost that is null is no
 *   number, or infinite
 * @typedef {{kind: "silence" | "shake" | "teach", neuron?: number, own?: import("./digits.js").OwnDigits,
 *   isRemembering?: boolean}} Disturbance of a network that has learnt
 */

import { ArticleNetwork, OUTPUTS, PIXELS } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { digitOf } from "../network/network.js";
import { normalNumbers, spawn } from "../network/random.js";
import { shake, silence } from "./breaks.js";
import { first, joined, rememberedCount, split } from "./digits.js";

const MEASURED = 1000; // of the digits that are learnt from
const GROWTH = 15; // a frame after each mini-batch up to twice so many, then whenever 1/15 more were learnt from
const LARGE = { hidden: 30, growth: 8 }; // networks whose frames take more memory
const WORST = 12; // test digits that are shown
// Own digits are few, so more epochs; a network that has learnt needs smaller steps, or it reads others worse.
const TEACHING = { epochs: 10, rate: 1 };

export class Training {
  #epoch = 0;
  #step = 0;
  #steps = null;

  /**
   * @param {Knobs} knobs
   * @param {import("./digits.js").LessonSet} lessonSet
   * @param {import("./digits.js").OwnDigits?} own digits, learnt from the beginning
   */
  constructor(knobs, lessonSet, own) {
    const [weights, order, labels] = spawn(knobs.seed, 3);
    Object.assign(this, { knobs, lessonSet, order });
    this.network = new ArticleNetwork(knobs.hidden, weights);
    if (knobs.start === "zero") this.network.parameters.fill(0);
    this.network.areBiasesLearnt = knobs.biases === "yes";
    this.growth = knobs.hidden > LARGE.hidden ? LARGE.growth : GROWTH;
    this.options = {};
    this.change(knobs);
    this.#learnFrom(own ? joinedWithOwn(lessonSet.train, split(own), !knobs.digits.endsWith("-alone")) : { learnt: lessonSet.train });
    this.examples.labels = withWrongLabels(this.examples.labels, knobs.wrong / 100, labels);
  }

  /** @returns {{pixels: Float32Array, label: number}} the first digit, with the label that it is learnt with */
  get firstExample() {
    return { pixels: this.examples.inputs.slice(0, PIXELS), label: this.examples.labels[0] };
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
      if (Number.isInteger(this.#epoch)) break; // each epoch ends with a frame
    }
  }

  /** @returns {Training} another one that has learnt the same so far */
  fork() {
    const fork = new Training({ ...this.knobs, digits: "mnist", wrong: 0 }, this.lessonSet, null);
    fork.network.parameters.set(this.network.parameters);
    Object.assign(fork, { knobs: this.knobs, examples: this.examples, heldBack: this.heldBack, options: { ...this.options } });
    [fork.network.penalty, fork.#epoch, fork.#step] = [this.network.penalty, this.#epoch, this.#step];
    return fork;
  }

  /** Changes a network that has learnt; it then learns on for as many epochs again. @param {Disturbance} disturbance @returns {Frame} */
  disturb({ kind, neuron, own, isRemembering }) {
    const { network, options, knobs } = this;
    let more = knobs.epochs;
    [this.order] = spawn(knobs.seed + this.#step, 1); // the same in a fork as in a run that is repeated
    if (kind === "silence") silence(network, neuron);
    if (kind === "shake") shake(network, normalNumbers(this.order));
    if (kind === "teach") {
      const { learnt, heldBack } = split(own);
      const remembered = first(this.lessonSet.train, rememberedCount(learnt.labels.length));
      this.#learnFrom(joinedWithOwn(remembered, { learnt, heldBack }, isRemembering));
      options.learningRate = Math.min(options.learningRate, TEACHING.rate);
      more = Math.max(more, TEACHING.epochs);
    }
    this.#epoch = Math.ceil(this.#epoch);
    this.#steps = null;
    options.epochs = this.#epoch + more;
    return this.measure();
  }

  /** @returns {Frame} what the network reads now */
  measure() {
    const [train, test] = [first(this.examples, MEASURED), this.lessonSet.test].map((each) => this.#measured(each));
    const left = (this.options.epochs - this.#epoch) * this.examples.labels.length;
    return {
      ...{ step: this.#step, epoch: this.#epoch, isLast: this.isOver },
      lastStep: this.#step + Math.ceil(left / this.options.miniBatchSize),
      ...{ cost: train.cost, testCost: test.cost, trainAccuracy: train.accuracy, testAccuracy: test.accuracy },
      ownAccuracy: this.heldBack ? this.#measured(this.heldBack).accuracy : null,
      ownTotal: this.heldBack?.labels.length ?? 0,
      parameters: this.network.parameters.slice(),
    };
  }

  #begin() {
    this.options.epochsDone = Math.ceil(this.#epoch);
    return this.network.sgd(this.examples, this.options, this.order);
  }

  #learnFrom({ learnt, heldBack = null }) {
    this.examples = { ...learnt };
    this.heldBack = heldBack;
  }

  #measured(examples) {
    const activations = this.network.activations(examples.inputs);
    const cost = this.network.loss.cost(activations, oneHot(examples.labels));
    const right = examples.labels.reduce((count, label, n) => count + (digitOf(activations, n) === label ? 1 : 0), 0);
    return { cost: Number.isFinite(cost) ? cost : null, accuracy: right / examples.labels.length };
  }
}

/** @returns {{learnt: Examples, heldBack: Examples}} */
const joinedWithOwn = (mnist, { learnt, heldBack }, isRemembering) => ({ learnt: isRemembering ? joined(mnist, learnt) : learnt, heldBack });

/** @returns {Uint8Array} labels of which a share, 0 to 1, is replaced by another digit each */
function withWrongLabels(labels, share, uniform) {
  return labels.map((label) => {
    const [isWrong, shift] = [uniform() < share, 1 + Math.floor(9 * uniform())];
    return isWrong ? (label + shift) % OUTPUTS : label;
  });
}

/**
 * What a network reads of the test digits.
 * @param {number} hidden neurons @param {Float32Array} parameters @param {Examples} test
 * @returns {{worst: {pixels: Float32Array, label: number, activations: number[]}[], confusion: number[][]}} those of the
 *   highest cost, and how many of each label (row) are read as each digit (column)
 */
export function resultsOf(hidden, parameters, test) {
  const network = new ArticleNetwork(hidden, () => 0.5);
  network.parameters.set(parameters);
  const activations = network.activations(test.inputs);
  const confusion = Array.from({ length: OUTPUTS }, () => new Array(OUTPUTS).fill(0));
  test.labels.forEach((label, n) => confusion[label][digitOf(activations, n)]++);
  const row = (n) => activations.slice(n * OUTPUTS, (n + 1) * OUTPUTS);
  const costs = Array.from(test.labels, (label, n) => network.loss.cost(row(n), oneHot([label])));
  const places = costs.map((_, n) => n).sort((a, b) => costs[b] - costs[a]).slice(0, WORST);
  const worst = places.map((n) => ({
    ...{ pixels: test.inputs.slice(n * PIXELS, (n + 1) * PIXELS), label: test.labels[n], activations: [...row(n)] },
  }));
  return { worst, confusion };
}
