/** Every text that the scripts of the inside view write. */

import { cutOff, fixed, signed } from "./format.js";

export const words = {
  cannotLoad: "The numbers of the network cannot be loaded. Check the connection, then open this view again.",
  none: "",

  /** @param {string} model that the answer is of */
  otherNetwork: (model) =>
    model === "article" ? "" : `The answer to your drawing is of another network, ${model}, from the same 784 pixels.`,

  /** @param {[number, number]} best digits @param {number[]} activations */
  computes: ([first, second], activations) =>
    `The 15 neurons give ${first}, activation ${cutOff(activations[first])}. ` +
    `Next: ${second}, activation ${cutOff(activations[second])}.`,

  /** @param {number} now digit @param {number} before digit @param {number[]} activations @param {number[]} learnt */
  changed: (now, before, activations, learnt) =>
    `With your changes: ${now}, activation ${cutOff(activations[now])}. ` +
    `Before: ${before}, activation ${cutOff(learnt[before])}.`,

  neuronName: { hidden: (neuron) => `Hidden neuron ${neuron + 1}`, output: (digit) => `Output ${digit}` },

  /** @param {string} name @param {number} activation @param {boolean} isSilenced */
  neuronLabel: (name, activation, isSilenced) =>
    `${name}: activation ${fixed(activation)}${isSilenced ? ", silenced" : ""}`,

  inputLabel: (ink) => `The input: 28 × 28 pixels, ${ink} of them with ink`,

  explanation: {
    hidden:
      "It multiplies each pixel’s activation a (0 for paper, 1 for ink) by a weight w, adds up the 784 products and a " +
      "bias b, and passes the sigmoid of the sum on.",
    output:
      "It multiplies each hidden neuron’s activation a by a weight w, adds up the 15 products and a bias b. The sigmoid " +
      "of the sum is the activation of this digit.",
  },

  sumRows: ({ up, down, ups, downs }, bias, z) => [
    [`${ups} products w·a above 0`, signed(up)],
    [`${downs} products w·a below 0`, signed(down)],
    ["Σ w·a, the weighted sum", signed(up + down)],
    ["b, the bias", signed(bias)],
    ["z = Σ w·a + b", signed(z)],
  ],
  sigmoid: "a = sigmoid(z) = 1 / (1 + e⁻ᶻ)",
  silencedActivation: "a, silenced",

  weightsLabel: (name) => `${name}, the weights of the 784 pixels`,
  productsLabel: ({ ups, downs }) => `Weights times pixels: ${ups} push the sum up, ${downs} push it down`,
  touchAPixel: "Touch a pixel to see its numbers.",
  pixel: ({ row, column }, a, w) =>
    `Row ${row}, column ${column}: a ${fixed(a)} × w ${fixed(w)} = ${signed(a * w)}`,

  pixelHeadings: ["Pixel", "a", "w", "w·a"],
  pixelRow: ({ row, column }) => `row ${row}, column ${column}`,
  passesOn: (activation) => `What it passes on: a = ${fixed(activation)}, times a weight to each output`,
  comesFrom: "Where its sum comes from",
  onHeadings: ["To output", "w", "w·a", "as a bar"],
  fromHeadings: ["From neuron", "a", "w", "w·a", "as a bar"],

  tableHeadings: ["Neuron", "Σ w·a", "b", "z", "activation"],
};
