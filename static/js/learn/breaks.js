/** Ways to break a training, and what the numbers of the broken one show. */

import { inspect, OUTPUTS } from "../network/article.js";
import { halfOf } from "./lesson_set.js";

/** What is changed before a training from its beginning. @type {Record<string, Partial<import("./knobs.js").Knobs>>} */
export const KNOB_BREAKS = {
  biases: { biases: "no" },
  labels: { wrong: 50 },
  rate: { rate: 30 },
  zero: { start: "zero" },
};

const OFF = 0.01; // an output below it is almost 0: there the slope of the sigmoid is below 1/25 of its largest
const COST_OF_ZEROS = 0.5; // of ten outputs of 0, of which one should be 1
const CLOSE = 0.01; // to that cost

/** Sets the weights of a hidden neuron to all outputs to 0. @param {import("../network/article.js").ArticleNetwork} network */
export function silence({ output }, neuron) {
  output.weights.fill(0, neuron * OUTPUTS, (neuron + 1) * OUTPUTS);
}

/** Adds noise to each weight, as large as the weights of its layer are usually. @param {() => number} normal of variance 1 */
export function shake({ hidden, output }, normal) {
  for (const { weights } of [hidden, output]) {
    const size = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0) / weights.length);
    for (let place = 0; place < weights.length; place++) weights[place] += size * normal();
  }
}

/** @param {import("../network/article.js").Layers} layers @returns {number} the hidden neuron with the largest weights to the outputs */
export function strongestNeuron({ hidden, output }) {
  const sizes = Array.from(hidden.biases, (_, neuron) => Math.hypot(...output.weights.slice(neuron * OUTPUTS, (neuron + 1) * OUTPUTS)));
  return sizes.indexOf(Math.max(...sizes));
}

/**
 * What may explain how well a run has learnt.
 * @param {import("./run.js").Run} run with its results
 * @returns {{overflowStep: number?, equalStep: number?, areOutputsOff: boolean, deadOutputs: number[], deadHidden: number}} the first
 *   frame whose cost is no number; the last until which all hidden neurons have the same weights; whether all sigmoids of the
 *   outputs are almost 0 whatever the digit, or else those that are, of digits that it has learnt; how many ReLUs are 0
 */
export function symptoms(run) {
  const { frames, lastFrame, results, disturbance } = run;
  const { worst, confusion } = results;
  const digits = confusion.map((_, digit) => digit);
  const isQuadratic = run.knobs.cost === "quadratic"; // softmax is not flat where an output is almost 0
  const isOff = (digit) => isQuadratic && worst.every(({ activations }) => activations[digit] < OFF);
  const isLearnt = (digit) => run.knobs.digits !== "half" || halfOf(digit) === 0;
  const isNeverRead = (digit) => isLearnt(digit) && confusion.every((row) => row[digit] === 0);
  return {
    overflowStep: frames.find(({ cost }) => cost === null)?.step ?? null,
    equalStep: lastEqualStep(run),
    areOutputsOff: digits.every(isOff) && Math.abs((lastFrame.cost ?? 0) - COST_OF_ZEROS) < CLOSE,
    deadOutputs: disturbance?.kind === "teach" ? [] : digits.filter((digit) => isNeverRead(digit) && isOff(digit)),
    deadHidden: run.knobs.activation === "relu" ? countDead(run.layersAt(run.frames.length - 1), worst) : 0,
  };
}

/** How many hidden neurons have the activation 0 for each of these digits. */
function countDead(layers, digits) {
  const activations = digits.map(({ pixels }) => inspect(layers, pixels).hidden.activations);
  return Array.from(layers.hidden.biases.keys()).filter((neuron) => activations.every((each) => each[neuron] === 0)).length;
}

function lastEqualStep(run) {
  let equalStep = null;
  for (const [position, { step }] of run.frames.entries()) {
    if (!areAlike(run.layersAt(position).hidden)) break;
    equalStep = step;
  }
  return equalStep;
}

/** Whether all neurons of a layer have the same weights; one alone equals no other. */
function areAlike({ weights, biases: { length } }) {
  return length > 1 && weights.every((weight, place) => weight === weights[place - (place % length)]);
}
