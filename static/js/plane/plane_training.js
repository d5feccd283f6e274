/**
 * The article's network with two inputs and two outputs, which learns on which side of its lines the points of each class lie:
 * a hidden neuron with the weights v and w and the bias b is above a half on one side of the line v·x + w·y + b = 0.
 *
 * @typedef {{step: number, lastStep: number, isLast: boolean, cost: number, right: number, parameters: Float32Array}} Frame
 *   after so many mini-batches; right: how many points are
 */

import { Dense, Sigmoid } from "../network/layers.js";
import { QuadraticCost } from "../network/losses.js";
import { Network } from "../network/network.js";
import { normalNumbers, spawn } from "../network/random.js";
import { LIMIT } from "./points.js";

const CLASSES = 2;
const EPOCHS = 300;
const BATCH = 10;
const RATE = 2;
const GROWTH = 40; // a frame after each mini-batch up to twice so many, then whenever 1/40 more were learnt from

/** @param {number} lines hidden neurons @param {() => number} [uniform] source of the first weights */
export function planeNetwork(lines, uniform = () => 0.5) {
  const normal = normalNumbers(uniform);
  const [hidden, output] = [new Dense(2, lines, normal), new Dense(lines, CLASSES, normal)];
  return Object.assign(new Network([hidden, new Sigmoid(), output, new Sigmoid()], new QuadraticCost(CLASSES)), { hidden, output });
}

/** @param {{hidden: Dense}} network @returns {{x: number, y: number, bias: number}[]} the weights and the bias of each hidden neuron */
export const linesOf = ({ hidden: { weights, biases } }) =>
  Array.from(biases, (bias, neuron) => ({ x: weights[neuron], y: weights[biases.length + neuron], bias }));

/** @returns {[number, number][]} the two ends of the part of a line that is in the plane; none where it is outside */
export function endsOf({ x, y, bias }) {
  const ends = [];
  for (const edge of [-LIMIT, LIMIT]) {
    const [across, down] = [-(bias + x * edge) / y, -(bias + y * edge) / x];
    if (Math.abs(across) <= LIMIT) ends.push([edge, across]);
    if (Math.abs(down) < LIMIT) ends.push([down, edge]);
  }
  return ends;
}

/** A training with its frames so far, as the player plays them. */
export class PlaneTraining {
  #step = 0;
  #steps;

  /** @param {import("../network/network.js").Examples} points @param {number} lines @param {number} seed of the first weights */
  constructor(points, lines, seed) {
    const [first, order] = spawn(seed, 2);
    Object.assign(this, { points, network: planeNetwork(lines, first), lastStep: (EPOCHS * points.labels.length) / BATCH });
    this.#steps = this.network.sgd(points, { epochs: EPOCHS, miniBatchSize: BATCH, learningRate: RATE }, order);
    this.frames = [this.#measure()];
  }

  get isOver() {
    return this.frames.at(-1).isLast;
  }

  /** @param {Frame} frame that follows */
  add(frame) {
    this.frames.push(frame);
  }

  /** Learns up to the next frame. @returns {Frame} */
  advance() {
    const size = Math.max(1, Math.floor(this.#step / GROWTH));
    for (let n = 0; n < size && this.#step < this.lastStep; n++, this.#step++) this.#steps.next();
    return this.#measure();
  }

  #measure() {
    const [step, { lastStep, network }] = [this.#step, this];
    const { cost, right } = network.measure(this.points);
    return { step, lastStep, isLast: step === lastStep, cost, right, parameters: network.parameters.slice() };
  }
}
