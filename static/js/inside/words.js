/** Every text that the scripts of the inside view write. */

import { cutOff, fixed, signed } from "./format.js";
import { isOutput } from "./network_layers.js";

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

  whatIf: {
    label: (changed) => `Your digit as 28 × 28 pixels, to be changed: ${changed} of 784 are changed`,
    cell: ({ row, column }, a) => `Row ${row}, column ${column}: a ${a}`,

    /** @param {number} first digit @param {number} second digit @param {number} before @param {number} now */
    gap: (first, second, before, now, isChanged) =>
      isChanged
        ? `Gap ${first} over ${second}: ${signed(before)} → ${signed(now)}`
        : `Gap ${first} over ${second}: ${signed(before)}`,

    gives: (now, before) =>
      now === before ? `The 15 neurons give ${now}.` : `Now they give ${now}, not ${before}.`,

    /** @param {string} model @param {string} message the server's sentence */
    asked: (model, message) => `${model}: ${message}`,
    readSame: "It got the same picture.",
    readFitted: "The server fits any picture to 28 × 28 pixels again: it got this one.",
  },

  puzzle: {
    task: (from, to) => `Turn this ${from} into the digit ${to} with as few pixels as you can.`,

    /** @param {number} changed pixels @param {number} [best] the fewest with which it was solved */
    count(changed, isSolved, best) {
      if (isSolved) return `Solved with ${changed} of 784 pixels. Your best: ${best}.`;
      const now = `${changed} of 784 pixels changed.`;
      return best === undefined ? now : `${now} Your best: ${best}.`;
    },
    solution: (count) =>
      `The search changes ${count} of 784 pixels, so at most ${count} are needed. It is greedy: each step takes the pixel ` +
      "that helps most. A solution with fewer may exist.",
    noSolution: "The search ends without a solution: after these pixels, no single one helps any more.",
  },

  /** @param {import("./network_layers.js").Layer[]} layers @param {number} number of one of them, from 1 */
  layerName: (layers, number) => (isOutput(layers[number]) ? "Output" : `Layer ${number}`),
  layerTitle: (layers, number) => {
    const { name, isConvolution } = layers[number];
    const kind = `${isConvolution ? "convolution, " : ""}${name.replace("()", "")}`;
    return isOutput(layers[number]) ? `Output: ${kind}` : `Layer ${number}: ${kind}`;
  },

  /** @param {Shape} shape @param {number} active how many have a neuron above half of the largest activation */
  mapsSummary: ({ maps, rows, columns }, active, largest) =>
    `${maps} feature maps of ${columns} × ${rows} neurons, one for each filter; ${aboveHalf(active, largest)}`,
  neuronsSummary: (neurons, active, largest) => `${neurons} neurons, ${aboveHalf(active, largest)}`,

  next: (digit, activation) => `${digit} (${cutOff(activation)})`,
  time: (milliseconds) => `${milliseconds.toFixed(2)} ms`,

  channelName: (isConvolution, isDigit) => (isDigit ? "Digit" : isConvolution ? "Feature map" : "Neuron"),
  thePicture: "Picture",
  pixelsOfPicture: "28 × 28",

  /** @param {import("./network_layers.js").Neuron} neuron */
  unitName: (layers, { layer, map, row, column }) => {
    if (isOutput(layers[layer])) return `Output ${map}`;
    if (!layers[layer].isConvolution) return `Layer ${layer}, neuron ${map + 1}`;
    return `Layer ${layer}, map ${map + 1}, row ${row + 1}, column ${column + 1}`;
  },
  /** Those of a sigmoid and of softmax are below 1. */
  unitActivation: ({ name }, activation) =>
    ["Sigmoid()", "Softmax()"].includes(name) ? cutOff(activation) : fixed(activation, 3),
  neuronWithActivation: (layers, neuron, activation) =>
    `${words.unitName(layers, neuron)}: activation ${words.unitActivation(layers[neuron.layer], activation)}`,

  unitExplanation: (layers, { layer }) => {
    const [{ shape }, { kernel, isConvolution }] = [layers[layer - 1], layers[layer]];
    const size = `${kernel.columns} × ${kernel.rows}`;
    if (layer === 1 && !isConvolution) return words.addsUpPixels(kernel.rows * kernel.columns);
    if (layer === 1) return words.addsUpWindow(size);
    if (isConvolution) return words.addsUpMaps(layer - 1, shape.maps, size);
    return shape.columns > 1 ? words.addsUpAllMaps(layer - 1, shape.maps) : words.addsUpNeurons(layer - 1, shape.maps);
  },
  addsUpPixels: (count) => `This neuron adds up all ${count} pixels, each times a weight of its own, and a bias.`,
  addsUpWindow: (size) =>
    `This neuron adds up ${size} pixels of the picture, each times a weight of its kernel, and a bias. All neurons of a map ` +
    "have the same kernel, each at another place.",
  addsUpMaps: (layer, maps, size) =>
    `This neuron adds up the ${maps} maps of layer ${layer}, and a bias: of each map ${size} neurons, times a kernel of ` +
    `${size} weights.`,
  addsUpAllMaps: (layer, maps) =>
    `This neuron adds up all neurons of the ${maps} maps of layer ${layer}, each times a weight of its own, and a bias.`,
  addsUpNeurons: (layer, neurons) =>
    `This neuron adds up the ${neurons} neurons of layer ${layer}, each times a weight of its own, and a bias.`,

  unitSentence: (layers, neuron, { kept, activation }, strongest) =>
    `${words.unitName(layers, neuron)}. Sum ${signed(kept.z)}, activation ${words.unitActivation(layers[neuron.layer], activation)}.` +
    (strongest ? ` What adds most, or takes away most: ${strongest}.` : ""),

  fieldLabel: ({ top, left, height, width }) =>
    `The picture, with a frame around the ${width} × ${height} pixels from row ${top + 1}, column ${left + 1}`,
  fieldCaption: ({ height, width }) => `It depends on ${width} × ${height} pixels`,
  mapOfUnitLabel: (map, row, column) => `Map ${map}, with a frame around row ${row}, column ${column}`,
  mapOfUnitCaption: (map) => `Its map, ${map}: touch a place`,

  /** @param {number} layer whose maps or neurons they are; 0 is the picture */
  inputName: (layers, layer, map) => {
    if (layer === 0) return "The picture";
    return layers[layer].isConvolution ? `Map ${map + 1}` : `Neuron ${map + 1}`;
  },
  strongestTitle: (layers, layer) => {
    if (layer === 0) return "Pixels × weights = products";
    return layers[layer].isConvolution
      ? `Maps of layer ${layer} that change the sum most`
      : `Neurons of layer ${layer} that change the sum most`;
  },
  numbersOfPicture: (row, column, sum) =>
    `Row ${row}, column ${column} and on, in numbers: the products add up to ${sum}`,
  numbersOf: (name, sum) => `${name} in numbers: the products add up to ${sum}`,

  allProducts: (count) => `Σ w·a, the ${count} products`,
  strongestTogether: (layers, layer, count) =>
    layers[layer].isConvolution ? `Strongest maps (${count}), together` : `Strongest neurons (${count}), together`,
  othersTogether: (layers, layer, count) =>
    layers[layer].isConvolution ? `Other maps (${count}), together` : `Other neurons (${count}), together`,
  bias: "b, the bias",
  zOfUnit: "z = Σ w·a + b",
  pooled: (windows) => `Pooling keeps the largest z of ${windows} places; the others`,
  activationOf: ({ name }) =>
    ({
      "ReLU()": "ReLU: max(z, 0), the activation",
      "Sigmoid()": "sigmoid(z) = 1 / (1 + e⁻ᶻ), the activation",
      "Tanh()": "tanh(z), the activation",
      "Softmax()": "softmax: its share of all ten eᶻ, the activation",
    })[name],
  served: "The same, as the server computed it",
  softmaxTitle: "The ten outputs: from sums to activations",
  softmaxNote: "Softmax: e to the power of each sum, divided by the total of all ten.",
  /** @param {number} temperature by which the sums are divided */
  temperatureNote: (temperature) =>
    `Before, each sum is divided by ${fixed(temperature, 3)}, the temperature. It was chosen after training, so that of all ` +
    "digits that get an activation of 0.9, about 90 % are right.",
  softmaxHeadings: (temperature) => {
    const power = temperature === 1 ? "eᶻ" : `e^(z / ${fixed(temperature, 3)})`;
    return ["Output", "z", power, "activation"];
  },
  softmaxTotal: "total",

  tableHeadings: ["Neuron", "Σ w·a", "b", "z", "activation"],
};

const aboveHalf = (active, largest) =>
  `${active} with an activation above ${largest === 1 ? "0.5" : `half of the largest (${largest.toFixed(1)})`}`;
