/**
 * The exponential function and the sigmoid, with the same bits in every browser.
 *
 * ECMAScript leaves the last bits of Math.exp to the browser, and a training amplifies them. Here are only additions,
 * multiplications and divisions of float64, which IEEE 754 rounds in one way.
 */

const LN2 = 0.6931471805599453;
// The same in two parts: the first has 21 trailing zero bits, so that its product with a small integer is exact.
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
const SMALLEST_EXPONENT = -1074; // below 2 to it float64 has no number but 0
const TERMS = 14; // of the series: the next one is below 2e-17

const POWERS_OF_2 = new Float64Array(1 - SMALLEST_EXPONENT).fill(1);
for (let k = 1; k < POWERS_OF_2.length; k++) POWERS_OF_2[k] = POWERS_OF_2[k - 1] / 2;

/**
 * e^x = 2^-k e^r, where k is an integer and r from -ln(2)/2 to ln(2)/2; e^r is the sum of r^n / n!.
 * @param {number} x at most 0: the sigmoid and the softmax need no other
 * @returns {number} from 0 to 1
 */
export function exp(x) {
  const k = Math.floor(0.5 - x / LN2);
  if (!(k < POWERS_OF_2.length)) return Number.isNaN(x) ? NaN : 0;
  const r = x + k * LN2_HIGH + k * LN2_LOW;
  let sum = 1;
  for (let n = TERMS; n > 0; n--) sum = 1 + (r / n) * sum; // Horner's scheme
  return sum * POWERS_OF_2[k];
}

/** @param {number} z @returns {number} 1 / (1 + e^-z), from 0 to 1 */
export function sigmoid(z) {
  const small = exp(z < 0 ? z : -z);
  return z < 0 ? small / (1 + small) : 1 / (1 + small);
}

const relu = (z) => Math.max(z, 0);

/**
 * Returns `exp(logits)` scaled to a sum of 1. The largest logit is subtracted first: the result is the same, and the
 * exponential function cannot overflow.
 * @param {ArrayLike<number>} logits of one example @returns {number[]} as probabilities
 */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => exp(logit - largest));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  return exponentials.map((each) => each / total);
}

/** The activations of one layer's sums z, an array of numbers of either kind, by the names in nn/core. */
export const ACTIVATIONS = {
  "ReLU()": (sums) => sums.map(relu),
  "Sigmoid()": (sums) => sums.map(sigmoid),
  "Softmax()": softmax,
};

/**
 * The layers of a network, each forward pass beside its backward pass, as in nn/core/layers.py.
 *
 * Arrays are flat, rows are examples: N is the batch, I the inputs of a layer, O its outputs. `forward` maps N·I numbers to
 * N·O. `backward` takes delta, the derivative of the cost by the layer's outputs (N·O); it fills the gradients of the
 * layer's own parameters and returns the derivative by its inputs (N·I), which is the delta of the layer below.
 *
 * Parameters are float32, as in nn/core; sums are float64, in one order: so every browser computes the same bits.
 */

/** `outputs = inputs @ weights + biases`: each output is a weighted sum of all inputs. */
export class Dense {
  /** Names of what is learnt; the gradient of `x` is `xGradient`. */
  parameters = ["weights", "biases"];
  /** True when no layer below has parameters: then the delta below need not be computed. */
  isFirst = false;
  #inputs;

  /**
   * Weights start normal with variance gain / I: then the outputs have the variance of the inputs, however many there are.
   * @param {number} nInputs I
   * @param {number} nOutputs O
   * @param {() => number} normal source of the first weights, with variance 1
   * @param {{gain?: number, ArrayType?: typeof Float32Array | typeof Float64Array}} [options] gain 1 for a sigmoid, 2 for a
   *   ReLU, which sets half of the sums to 0; float32 for use, float64 to check gradients
   */
  constructor(nInputs, nOutputs, normal, { gain = 1, ArrayType = Float32Array } = {}) {
    Object.assign(this, { nInputs, nOutputs });
    const deviation = Math.sqrt(gain / nInputs);
    this.weights = ArrayType.from({ length: nInputs * nOutputs }, () => deviation * normal()); // (I, O)
    this.biases = new ArrayType(nOutputs); // (O)
    this.weightsGradient = new ArrayType(this.weights.length);
    this.biasesGradient = new ArrayType(nOutputs);
  }

  /** @param {ArrayLike<number>} inputs (N, I) @returns {Float64Array} `inputs @ weights + biases` (N, O) */
  forward(inputs) {
    this.#inputs = inputs;
    return weightedSums(this, inputs);
  }

  /**
   * Applies the chain rule to `outputs[n, o] = sum_i inputs[n, i] weights[i, o] + biases[o]`: `dC/dweights = inputs.T @
   * delta`, `dC/dbiases = sum_n delta[n]` and `dC/dinputs = delta @ weights.T`.
   * @param {Float64Array} delta (N, O)
   * @returns {Float64Array?} (N, I); null from the first layer
   */
  backward(delta) {
    const { nInputs, nOutputs, weightsGradient, biasesGradient } = this;
    const inputs = this.#inputs;
    weightsGradient.fill(0);
    biasesGradient.fill(0);
    for (let at = 0, from = 0; at < delta.length; at += nOutputs, from += nInputs) {
      for (let o = 0; o < nOutputs; o++) biasesGradient[o] += delta[at + o];
      for (let i = 0; i < nInputs; i++) {
        const input = inputs[from + i];
        if (input === 0) continue; // most pixels are paper
        for (let o = 0, place = i * nOutputs; o < nOutputs; o++, place++) weightsGradient[place] += input * delta[at + o];
      }
    }
    return this.isFirst ? null : this.#deltaBelow(delta);
  }

  /** @returns {Float64Array} `delta @ weights.T` (N, I) */
  #deltaBelow(delta) {
    const { nInputs, nOutputs, weights } = this;
    const below = new Float64Array((delta.length / nOutputs) * nInputs);
    for (let at = 0, to = 0; at < delta.length; at += nOutputs, to += nInputs) {
      for (let i = 0, place = 0; i < nInputs; i++) {
        for (let o = 0; o < nOutputs; o++, place++) below[to + i] += delta[at + o] * weights[place];
      }
    }
    return below;
  }
}

/** `1 / (1 + exp(-z))`, from 0 to 1. */
export class Sigmoid {
  parameters = [];
  #outputs;

  /** @param {Float64Array} inputs @returns {Float64Array} each input's sigmoid */
  forward(inputs) {
    this.#outputs = inputs.map(sigmoid);
    return this.#outputs;
  }

  /** @returns {Float64Array} `(1 - outputs) * outputs * delta`: delta times the slope of the sigmoid */
  backward(delta) {
    return this.#outputs.map((a, place) => slope(a) * delta[place]);
  }
}

/** `max(z, 0)`: each input, or 0 where it is negative. */
export class ReLU {
  parameters = [];
  #outputs;

  /** @param {Float64Array} inputs @returns {Float64Array} `max(z, 0)` of each input */
  forward(inputs) {
    this.#outputs = inputs.map(relu);
    return this.#outputs;
  }

  /** @returns {Float64Array} delta where the input was above 0, else 0 */
  backward(delta) {
    return delta.map((each, place) => (this.#outputs[place] > 0 ? each : 0));
  }
}

/** @param {number} a the sigmoid of z @returns {number} the slope of the sigmoid at z */
export const slope = (a) => (1 - a) * a;

/**
 * @param {{weights: ArrayLike<number>, biases: ArrayLike<number>}} layer weights (I, O), biases (O)
 * @param {ArrayLike<number>} inputs (N, I)
 * @returns {Float64Array} z = Σ w·x + b of each neuron (N, O)
 */
export function weightedSums({ weights, biases }, inputs) {
  const nOutputs = biases.length;
  const nInputs = weights.length / nOutputs;
  const sums = new Float64Array((inputs.length / nInputs) * nOutputs);
  for (let at = 0, from = 0; at < sums.length; at += nOutputs, from += nInputs) {
    sums.set(biases, at);
    for (let i = 0; i < nInputs; i++) {
      const input = inputs[from + i];
      if (input === 0) continue; // most pixels are paper
      for (let o = 0, place = i * nOutputs; o < nOutputs; o++, place++) sums[at + o] += weights[place] * input;
    }
  }
  return sums;
}
