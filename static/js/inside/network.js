/**
 * The article's network, computed in the page: 784 pixels, 15 hidden neurons, 10 outputs.
 *
 * Each neuron adds up its inputs times their weights, and its bias: z = Σ w·a + b. Its activation is
 * sigmoid(z) = 1 / (1 + e^-z). Numbers arrive as float32; sums are computed in float64.
 *
 * @typedef {{weights: ArrayLike<number>, biases: ArrayLike<number>}} Layer weights by input, then by neuron
 * @typedef {{hidden: Layer, output: Layer}} Network
 * @typedef {{z: number[], activations: number[]}} Computed of the neurons of one layer
 * @typedef {{hidden: {silenced?: Set<number>, biases?: Map<number, number>},
 *   output: {silenced?: Set<number>, biases?: Map<number, number>}}} Changes by neuron
 */

export const PIXELS = 784;
export const HIDDEN = 15;
export const OUTPUTS = 10;

const N_PARAMETERS = (PIXELS + 1) * HIDDEN + (HIDDEN + 1) * OUTPUTS;

/**
 * @param {ArrayBuffer} buffer float32, little-endian: weights and biases of the hidden layer, then of the output
 * @returns {Network}
 * @throws {RangeError} when it holds another number of parameters
 */
export function parseNetwork(buffer) {
  if (buffer.byteLength !== 4 * N_PARAMETERS) throw new RangeError(`Not ${N_PARAMETERS} numbers`);
  const view = new DataView(buffer);
  let place = 0;
  const take = (count) => Float32Array.from({ length: count }, () => view.getFloat32(4 * place++, true));
  const layer = (inputs, neurons) => ({ weights: take(inputs * neurons), biases: take(neurons) });
  return { hidden: layer(PIXELS, HIDDEN), output: layer(HIDDEN, OUTPUTS) };
}

/**
 * @param {Network} network
 * @param {ArrayLike<number>} pixels 784, from 0 for paper to 1 for ink
 * @param {Changes} changes a silenced neuron's activation is 0; a changed bias replaces the one that was learnt
 * @returns {{hidden: Computed, output: Computed}}
 */
export function feedforward(network, pixels, changes = { hidden: {}, output: {} }) {
  const hidden = compute(network.hidden, pixels, changes.hidden);
  return { hidden, output: compute(network.output, hidden.activations, changes.output) };
}

/** @returns {Computed} the weighted sums and activations of one layer */
function compute({ weights, biases }, inputs, { silenced = new Set(), biases: changed = new Map() }) {
  const z = Array.from(biases, (bias, neuron) => changed.get(neuron) ?? bias);
  z.forEach((_, neuron) => {
    for (let i = 0; i < inputs.length; i++) z[neuron] += weights[i * z.length + neuron] * inputs[i];
  });
  return { z, activations: z.map((sum, neuron) => (silenced.has(neuron) ? 0 : sigmoid(sum))) };
}

/** @param {number} z @returns {number} 1 / (1 + e^-z) */
export const sigmoid = (z) => 1 / (1 + Math.exp(-z));
