/** Random numbers, the same for the same seed, and a network that has learnt nothing: random weights. */

import { HIDDEN, OUTPUTS, PIXELS } from "./network.js";

/**
 * Weights are normal with variance 1 / inputs, biases 0, as nn/core/layers.py sets them before training.
 * @param {number} seed the same seed gives the same weights
 * @returns {import("./network.js").Network}
 */
export function untrainedNetwork(seed) {
  const normal = normalNumbers(seed);
  const layer = (inputs, neurons) => ({
    weights: Float32Array.from({ length: inputs * neurons }, () => normal() / Math.sqrt(inputs)),
    biases: new Float32Array(neurons),
  });
  return { hidden: layer(PIXELS, HIDDEN), output: layer(HIDDEN, OUTPUTS) };
}

/** @returns {() => number} normal, with mean 0 and variance 1: Box and Muller 1958 */
export function normalNumbers(seed) {
  const uniform = generator(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** @returns {() => number} uniform in 0..1: mulberry32 by Tommy Ettinger (public domain) */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
