/** Every text that the scripts of the inside view write. */

import { cutOff, fixed, signed } from "./format.js";

export const words = {
  cannotLoad: "The numbers of the network cannot be loaded. Check the connection, then open this view again.",

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
  passesOn: (neuron, activation) =>
    `What hidden neuron ${neuron + 1} passes on: a = ${fixed(activation)}, times a weight to each output`,
  comesFrom: (digit) => `Where the sum of output ${digit} comes from`,
  onHeadings: ["To output", "w", "w·a", "as a bar"],
  fromHeadings: ["From neuron", "a", "w", "w·a", "as a bar"],

  centred: (x, y) =>
    `Placed in 28 × 28 pixels, its centre of mass (the cross, ${fixed(x, 1)} from the left, ${fixed(y, 1)} from the top) ` +
    "as near to the middle as whole pixels allow: this is the input of each network.",
  centredLabel: "28 × 28 pixels, bright ink on black, with the centre of mass",

  mapLabel: (first, second, ups, downs) =>
    `Contributions of the pixels to the gap: ${ups} for ${first}, ${downs} for ${second}`,
  gapRows: ({ first, second, blankGap, up, down, ups, downs, gap }) => [
    ["Blank paper", blankGap],
    [`${ups} pixels for ${first}`, up],
    [`${downs} pixels for ${second}`, down],
    [`The gap, z of ${first} minus z of ${second}`, gap],
  ],
  contributionHeadings: ["Pixel", "a", "contribution"],

  /** @param {string} name of an activation function, such as "Sigmoid()" @param {number} number from 1 */
  layerTitle: (name, number, isConvolution) =>
    `Hidden layer ${number}: ${isConvolution ? "convolution, " : ""}${name.replace("()", "")}`,

  /** @param {number} maps @param {number} active how many have a neuron above half of the largest activation */
  mapsSummary: (maps, { height, width }, active, largest) =>
    `${maps} feature maps of ${width} × ${height} neurons, one for each filter; ${aboveHalf(active, largest)}`,
  neuronsSummary: (neurons, active, largest) => `${neurons} neurons, ${aboveHalf(active, largest)}`,

  next: (digit, activation) => `${digit} (${cutOff(activation)})`,
  time: (milliseconds) => `${milliseconds.toFixed(2)} ms`,

  neuronOfMap: (map, row, column) => `Feature map ${map}, row ${row}, column ${column}`,
  windowLabel: (row, column, size) => `The kernel lies on ${size} × ${size} pixels from row ${row}, column ${column}`,
  kernelRows: (weighted, bias, z, others, output) => [
    ["Σ w·a, the 25 products", signed(weighted)],
    ["b, the bias of the map", signed(bias)],
    ["z = Σ w·a + b, of this window", signed(z)],
    ["z of the three windows beside it: the largest of the four is kept (pooling)", others.join(", ")],
    ["ReLU: max(z, 0), the activation", fixed(output)],
  ],

  tableHeadings: ["Neuron", "Σ w·a", "b", "z", "activation"],
};

const aboveHalf = (active, largest) =>
  `${active} with an activation above ${largest === 1 ? "0.5" : `half of the largest (${largest.toFixed(1)})`}`;
