/** Makes a small run, as the server would answer it. */

import { toBase64 } from "../../../../static/js/base64.js";
import { toBytes } from "../../../../static/js/learn/run.js";

const PIXELS = 784;
const N_TEST = 200;

/**
 * Returns the answer to a training with two frames.
 * @param {{hidden?: number, accuracies?: number[], costs?: (number | null)[], parameters?: Float32Array}} options
 */
export function answer({ hidden = 2, accuracies = [0.1, 0.9], costs = [1.5, 0.1], parameters } = {}) {
  const vector = parameters ?? Float32Array.from({ length: (PIXELS + 1) * hidden + (hidden + 1) * 10 }, (_, n) => (n % 7) - 3);
  const frames = accuracies.map((accuracy, n) => ({
    ...{ step: 10 * n, epoch: n / 2, cost: n < costs.length ? costs[n] : 0 },
    ...{ train_accuracy: accuracy, test_accuracy: accuracy, own_accuracy: null },
  }));
  const weights = new Int8Array(frames.length * hidden * PIXELS).fill(2);
  weights[0] = -128;
  const row = (label) => Array.from({ length: 10 }, (_, read) => (read === label ? 20 : 0));
  return {
    settings: { hidden, rate: 3, batch: 10, epochs: 1, penalty: 0, seed: 1, wrong_labels: 0, start: "random", biases: true },
    frames,
    weights: { frames: frames.map((_, n) => n), scale: frames.map((_, n) => n + 0.5), bytes: toBase64(new Uint8Array(weights.buffer)) },
    parameters: toBase64(toBytes(vector)),
    counts: { train: 100, test: N_TEST, own: 0, own_held_back: 0 },
    correct: { test: N_TEST * accuracies.at(-1), test_before: N_TEST * accuracies[0], own_held_back: 0, own_before: 0 },
    worst: [{ image: toBase64(new Uint8Array(PIXELS).fill(255)), label: 4, activations: [0, 0, 0, 0, 0.1, 0, 0, 0, 0, 0.9] }],
    confusion: Array.from({ length: 10 }, (_, label) => row(label)),
    backprop: null,
    seconds: 0.1,
    stopped: null,
  };
}
