/** Makes small runs, and a small lesson set. */

import { readKnobs } from "../../../../static/js/learn/knobs.js";
import { Run } from "../../../../static/js/learn/run.js";
import { uniformNumbers } from "../../../../static/js/network/random.js";

const PIXELS = 784;

/** The knobs of an address without any. @returns {import("../../../../static/js/learn/knobs.js").Knobs} */
export const usualKnobs = () => readKnobs(new URLSearchParams()).knobs;

/** @returns {import("../../../../static/js/learn/training.js").Frame} */
export const frame = ({ hidden = 2, accuracy = 0.9, cost = 0.1, step = 10, isLast = true, parameters, ...others } = {}) => ({
  ...{ step, epoch: step / 20, lastStep: 60, isLast, cost, testCost: cost, trainAccuracy: accuracy, testAccuracy: accuracy },
  ...{ testHalves: [accuracy, accuracy].map((share) => ({ right: 1000 * share, total: 1000 })), ownAccuracy: null, ownTotal: 0 },
  parameters: parameters ?? Float32Array.from({ length: (PIXELS + 1) * hidden + (hidden + 1) * 10 }, (_, n) => (n % 7) - 3),
  ...others,
});

/** Returns a run with a frame for each accuracy, and with results. */
export function run({ accuracies = [0.1, 0.9], costs = [1.5, 0.1], hidden = 2, knobs = {}, results = usualResults(), frames } = {}) {
  const made = new Run(1, { ...usualKnobs(), hidden, ...knobs });
  const all = frames ?? accuracies.map((accuracy, n) => frame({ hidden, accuracy, cost: n < costs.length ? costs[n] : 0, step: 10 * n, isLast: n === accuracies.length - 1 }));
  made.begin({ frame: all[0], firstExample: { pixels: new Float32Array(PIXELS), label: 0 } });
  for (const each of all.slice(1)) made.add(each);
  made.results = results;
  return made;
}

export const usualResults = () => ({
  worst: [{ pixels: new Float32Array(PIXELS), label: 4, activations: [0, 0, 0, 0, 0.1, 0, 0, 0, 0, 0.9] }],
  confusion: Array.from({ length: 10 }, (_, label) => Array.from({ length: 10 }, (_, read) => (read === label ? 20 : 0))),
});

/** Returns digits that a network can learn: a bright row for each class, with grain. */
export function lessonSet(train = 200, test = 50) {
  const uniform = uniformNumbers(1);
  const part = (count) => ({
    inputs: Float32Array.from({ length: count * PIXELS }, (_, place) => {
      const [n, row] = [Math.floor(place / PIXELS), Math.floor((place % PIXELS) / 28)];
      return row === 2 * (n % 10) + 4 ? 1 : uniform() < 0.1 ? uniform() : 0;
    }),
    labels: Uint8Array.from({ length: count }, (_, n) => n % 10),
  });
  return { train: part(train), test: part(test) };
}
