/** Ways to break a training, and what the numbers of the broken one show. */

import { normalNumbers, uniformNumbers } from "../network/random.js";
import { outgoingWeights } from "../inside/sums.js";

/** What is changed before a training from its beginning. @type {Record<string, Partial<import("./knobs.js").Knobs>>} */
export const KNOB_BREAKS = {
  biases: { biases: "no" },
  labels: { wrong: 50 },
  rate: { rate: 30 },
  zero: { start: "zero" },
};

/** What is changed in a network that has learnt; it then learns on. */
export const NETWORK_BREAKS = {
  silence: (network, { neuron }) => silenced(network, neuron),
  shake: (network, { seed }) => shaken(network, seed),
};

const OFF = 0.01; // an output below it is almost 0: there the slope of the sigmoid is below 1/25 of its largest
const COST_OF_ZEROS = 0.5; // of ten outputs of 0, of which one should be 1
const CLOSE = 0.01; // to that cost

/** @returns {import("../network/article.js").Layers} one to which a hidden neuron adds nothing: its weights to all outputs are 0 */
export function silenced({ hidden, output }, neuron) {
  const outputs = output.biases.length;
  const weights = output.weights.map((weight, place) => (Math.floor(place / outputs) === neuron ? 0 : weight));
  return { hidden, output: { ...output, weights } };
}

/** @returns {import("../network/article.js").Layers} with noise on each weight, as large as the weights of its layer are usually */
export function shaken({ hidden, output }, seed) {
  const normal = normalNumbers(uniformNumbers(seed));
  const shake = ({ weights, biases }) => {
    const size = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0) / weights.length);
    return { weights: weights.map((weight) => weight + size * normal()), biases };
  };
  return { hidden: shake(hidden), output: shake(output) };
}

/** @returns {number} the hidden neuron that changes the outputs most: with the largest weights to them */
export function strongestNeuron({ hidden, output }) {
  const sizes = Array.from(hidden.biases, (_, neuron) => Math.hypot(...outgoingWeights(output, neuron)));
  return sizes.indexOf(Math.max(...sizes));
}

/**
 * What may explain how well a run has learnt.
 * @param {import("./run.js").Run} run
 * @returns {{overflowStep: number?, equalStep: number?, areOutputsOff: boolean, deadOutputs: number[]}} the first frame whose cost is no number;
 *   the last until which all hidden neurons have the same weights; whether all outputs are almost 0 whatever the digit, or
 *   else those that are
 */
export function symptoms(run) {
  const { frames, lastFrame, worst, confusion } = run;
  const digits = confusion.map((_, digit) => digit);
  const isOff = (digit) => worst.every(({ activations }) => activations[digit] < OFF);
  const isNeverRead = (digit) => confusion.every((row) => row[digit] === 0);
  return {
    overflowStep: frames.find(({ cost }) => cost === null)?.step ?? null,
    equalStep: lastEqualStep(run),
    areOutputsOff: digits.every(isOff) && Math.abs((lastFrame.cost ?? 0) - COST_OF_ZEROS) < CLOSE,
    deadOutputs: digits.filter((digit) => isNeverRead(digit) && isOff(digit)),
  };
}

function lastEqualStep(run) {
  let equalStep = null;
  for (const position of run.hidden > 1 ? run.answer.weights.frames : []) {
    const { step, neurons } = run.weightsAt(position);
    const [first, ...others] = neurons;
    if (!others.every((weights) => weights.every((weight, pixel) => weight === first[pixel]))) break;
    equalStep = step;
  }
  return equalStep;
}
