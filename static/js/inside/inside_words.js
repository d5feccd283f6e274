/** Every text that the scripts of the inside view write. */

import { activationText, equals, fixed, signed } from "../ui/format.js";
import { formatNumber, translate } from "../ui/translate.js";
import { isOutput } from "./layer_sums.js";

const parts = [
  translate("the ink at the top left"),
  translate("the ink at the top"),
  translate("the ink at the top right"),
  translate("the ink at the left"),
  translate("the ink in the middle"),
  translate("the ink at the right"),
  translate("the ink at the bottom left"),
  translate("the ink at the bottom"),
  translate("the ink at the bottom right"),
];

export const words = {
  cannotLoad: translate(
    "The numbers of the network cannot be loaded. Check the connection, then open this view again.",
  ),
  computes: ([first, second], activations) =>
    translate(
      "The 15 neurons give {first}, activation {firstActivation}. Next: {second}, activation {secondActivation}.",
      { first, second, firstActivation: activationText(activations[first]), secondActivation: activationText(activations[second]) },
    ),
  largerNetwork: (digit, agrees) =>
    agrees ? translate("A larger network agrees: {digit}.", { digit }) : translate("A larger network reads {digit}.", { digit }),
  changed: (now, before, activations, learnt) =>
    translate("With your changes: {now}, activation {activation}. Before: {before}, activation {activationBefore}.", {
      now,
      before,
      activation: activationText(activations[now]),
      activationBefore: activationText(learnt[before]),
    }),

  neuronName: {
    hidden: (neuron) => translate("Hidden neuron {number}", { number: neuron + 1 }),
    output: (digit) => translate("Output {digit}", { digit }),
  },
  neuronLabel: (name, activation, isSilenced) =>
    isSilenced
      ? translate("{name}: activation {activation}, silenced", { name, activation: activationText(activation) })
      : translate("{name}: activation {activation}", { name, activation: activationText(activation) }),

  inputLabel: (ink) => translate("The input: 28 × 28 pixels, {ink} of them with ink", { ink }),

  explanation: {
    hidden: translate(
      "It multiplies each pixel’s activation a (0 for paper, 1 for ink) by a weight w, adds up the 784 products and a " +
        "bias b, and passes the sigmoid of the sum on.",
    ),
    output: translate(
      "It multiplies each hidden neuron’s activation a by a weight w, and adds up the 15 products and a bias b. The " +
      "sigmoid of the sum is the activation of this digit.",
    ),
  },

  sumRows: ({ up, down, ups, downs }, bias, z) => [
    [translate("{ups} products w·a above 0", { ups }), signed(up)],
    [translate("{downs} products w·a below 0", { downs }), signed(down)],
    [translate("Σ w·a, the weighted sum"), signed(up + down)],
    [translate("b, the bias"), signed(bias)],
    ["z = Σ w·a + b", signed(z)],
  ],
  sigmoid: "a = sigmoid(z) = 1 / (1 + e⁻ᶻ)",
  silencedActivation: translate("a, silenced"),

  weightsLabel: (name) => translate("{name}, the weights of the 784 pixels", { name }),
  productsLabel: ({ ups, downs }) =>
    translate("Weights times pixels: {ups} push the sum up, {downs} push it down", { ups, downs }),
  touchAPixel: translate("Touch a pixel to see its numbers."),
  pixel: ({ row, column }, a, w) =>
    translate("Row {row}, column {column}: a {activation} × w {weight} = {product}", {
      row,
      column,
      activation: fixed(a, 3),
      weight: fixed(w),
      product: signed(a * w),
    }),

  pixelHeadings: [translate("Pixel"), "a", "w", "w·a"],
  pixelRow: ({ row, column }) => translate("row {row}, column {column}", { row, column }),
  passesOn: (neuron, activation) =>
    translate("What hidden neuron {number} passes on: a {activation}, times a weight to each output", {
      number: neuron + 1,
      activation: equals(activationText(activation)),
    }),
  comesFrom: (digit) => translate("Where the sum of output {digit} comes from", { digit }),
  onHeadings: [translate("To output"), "w", "w·a", translate("as a bar")],
  fromHeadings: [translate("From neuron"), "a", "w", "w·a", translate("as a bar")],

  centred: (x, y) =>
    translate(
      "Placed in 28 × 28 pixels, its centre of mass (the cross, {left} from the left, {top} from the top) as near to the " +
        "middle as whole pixels allow: this is the input of each network.",
      { left: fixed(x, 1), top: fixed(y, 1) },
    ),
  centredLabel: translate("28 × 28 pixels, bright ink on black, with the centre of mass"),

  mapLabel: (first, second, ups, downs) =>
    translate("Contributions of the pixels to the gap: {ups} for {first}, {downs} for {second}", {
      first,
      second,
      ups,
      downs,
    }),
  gapRows: ({ first, second, blankGap, up, down, ups, downs, gap }) => [
    [translate("Blank paper"), blankGap],
    [translate("{count} pixels for {digit}", { count: ups, digit: first }), up],
    [translate("{count} pixels for {digit}", { count: downs, digit: second }), down],
    [translate("The gap, z of {first} minus z of {second}", { first, second }), gap],
  ],
  reasons: (first, second, { up, down }) =>
    [
      up && translate("Most for {digit}: {part}, {sum}.", { digit: first, part: parts[up.part], sum: signed(up.sum) }),
      down && translate("Most for {digit}: {part}, {sum}.", { digit: second, part: parts[down.part], sum: signed(down.sum) }),
    ]
      .filter(Boolean)
      .join(" "),

  contributionHeadings: [translate("Pixel"), "a", translate("contribution")],

  whatIf: {
    label: (changed) =>
      translate("Your digit as 28 × 28 pixels, to be changed: {changed} of 784 are changed", { changed }),
    cell: ({ row, column }, activation) =>
      translate("Row {row}, column {column}: a {activation}", { row, column, activation }),
    gap: (first, second, before, now, isChanged) =>
      isChanged
        ? translate("Gap {first} over {second}: {before} → {now}", {
            first,
            second,
            before: signed(before),
            now: signed(now),
          })
        : translate("Gap {first} over {second}: {gap}", { first, second, gap: signed(before) }),

    gives: (now, before) =>
      now === before
        ? translate("The 15 neurons give {digit}.", { digit: now })
        : translate("Now they give {now} instead of {before}.", { now, before }),
    asked: (model, message) => translate("{model}: {message}", { model, message }),
    readSame: translate("It got the same picture."),
    readFitted: translate("The server fits each picture into 28 × 28 pixels again: the network got this one."),
  },

  puzzle: {
    task: (from, to) =>
      translate("Turn this {from} into the digit {to} with as few pixels as you can.", { from, to }),
    count(changed, isSolved, best) {
      if (isSolved) return translate("Solved with {changed} of 784 pixels. Your best: {best}.", { changed, best });
      if (best === undefined) return translate("{changed} of 784 pixels changed.", { changed });
      return translate("{changed} of 784 pixels changed. Your best: {best}.", { changed, best });
    },
    solution: (count) =>
      translate(
        "The search changes {count} of 784 pixels, so at most {count} are needed. It is greedy: each step takes the " +
        "pixel that helps most. There may be a solution with fewer.",
        { count },
      ),
    noSolution: translate(
      "The search ends without a solution: after these pixels, no single one helps any more.",
    ),
  },

  next: (digit, activation) => `${digit} (${activationText(activation)})`,
  time: (milliseconds) => `${formatNumber(milliseconds, 2)} ms`,

  tableHeadings: [translate("Neuron"), "Σ w·a", "b", "z", translate("activation")],

  /** @param {import("./layer_sums.js").Layer[]} layers @param {number} number of one of them, from 1 */
  layerName: (layers, number) =>
    isOutput(layers[number]) ? translate("Output") : translate("Layer {number}", { number }),
  layerTitle: (layers, number) => {
    const { name, isConvolution } = layers[number];
    const activation = name.replace("()", ""); // such as ReLU
    if (isOutput(layers[number])) return translate("Output: {activation}", { activation });
    if (isConvolution) return translate("Layer {number}: convolution, {activation}", { number, activation });
    return translate("Layer {number}: {activation}", { number, activation });
  },
  mapsSummary: ({ maps, rows, columns }, active, largest) =>
    largest === 1
      ? translate(
          "{maps} feature maps of {columns} × {rows} neurons, one for each filter; {active} with an activation above 0.5",
          { maps, rows, columns, active },
        )
      : translate(
          "{maps} feature maps of {columns} × {rows} neurons, one for each filter; {active} with an activation above " +
            "half of the largest ({largest})",
          { maps, rows, columns, active, largest: activationText(largest) },
        ),
  neuronsSummary: (neurons, active, largest) =>
    largest === 1
      ? translate("{neurons} neurons, {active} with an activation above 0.5", { neurons, active })
      : translate("{neurons} neurons, {active} with an activation above half of the largest ({largest})", {
          neurons,
          active,
          largest: activationText(largest),
        }),

  channelName: (isConvolution, isDigit) => {
    if (isDigit) return translate("Digit");
    return isConvolution ? translate("Feature map") : translate("Neuron");
  },
  thePicture: translate("Picture"),
  pixelsOfPicture: "28 × 28",
  unitName: (layers, { layer, map, row, column }) => {
    if (isOutput(layers[layer])) return translate("Output {digit}", { digit: map });
    if (!layers[layer].isConvolution) return translate("Layer {layer}, neuron {neuron}", { layer, neuron: map + 1 });
    const place = { layer, map: map + 1, row: row + 1, column: column + 1 };
    return translate("Layer {layer}, map {map}, row {row}, column {column}", place);
  },
  /** Those of a sigmoid and of softmax are above 0: where one is 0, the server has rounded it. */
  unitActivation: ({ name }, activation) =>
    activationText(["Sigmoid()", "Softmax()"].includes(name) ? Math.max(activation, Number.MIN_VALUE) : activation),
  neuronWithActivation: (layers, neuron, activation) =>
    translate("{name}: activation {activation}", {
      name: words.unitName(layers, neuron),
      activation: words.unitActivation(layers[neuron.layer], activation),
    }),

  unitExplanation: (layers, { layer }) => {
    const [{ shape }, { kernel, isConvolution }] = [layers[layer - 1], layers[layer]];
    const size = `${kernel.columns} × ${kernel.rows}`;
    if (layer === 1 && !isConvolution) return words.addsUpPixels(kernel.rows * kernel.columns);
    if (layer === 1) return words.addsUpWindow(size);
    if (isConvolution) return words.addsUpMaps(layer - 1, shape.maps, size);
    return shape.columns > 1 ? words.addsUpAllMaps(layer - 1, shape.maps) : words.addsUpNeurons(layer - 1, shape.maps);
  },
  addsUpPixels: (count) =>
    translate("This neuron multiplies each of the {count} pixels by its own weight and adds up the products and a bias.", { count }),
  addsUpWindow: (size) =>
    translate(
      "This neuron multiplies {size} pixels of the picture by the weights of its kernel and adds up the products and a " +
      "bias. All neurons of a map have the same kernel, each at another place.",
      { size },
    ),
  addsUpMaps: (layer, maps, size) =>
    translate(
      "This neuron multiplies {size} neurons of each of the {maps} maps of layer {layer} by a kernel of {size} weights " +
      "and adds up all products and a bias.",
      { layer, maps, size },
    ),
  addsUpAllMaps: (layer, maps) =>
    translate(
      "This neuron multiplies each neuron of the {maps} maps of layer {layer} by its own weight and adds up the products and a bias.",
      { layer, maps },
    ),
  addsUpNeurons: (layer, neurons) =>
    translate(
      "This neuron multiplies each of the {neurons} neurons of layer {layer} by its own weight and adds up the products and a bias.",
      { layer, neurons },
    ),

  unitSentence: (layers, neuron, { kept, activation }, strongest) => {
    const values = {
      name: words.unitName(layers, neuron),
      sum: signed(kept.z),
      activation: words.unitActivation(layers[neuron.layer], activation),
      strongest,
    };
    if (!strongest) return translate("{name}. Sum {sum}, activation {activation}.", values);
    return translate(
      "{name}. Sum {sum}, activation {activation}. Largest contributions: {strongest}.",
      values,
    );
  },

  fieldLabel: ({ top, left, height, width }) =>
    translate("The picture, with a frame around the {width} × {height} pixels from row {row}, column {column}", {
      width,
      height,
      row: top + 1,
      column: left + 1,
    }),
  fieldCaption: ({ height, width }) => translate("It depends on {width} × {height} pixels", { width, height }),
  mapOfUnitLabel: (map, row, column) =>
    translate("Map {map}, with a frame around row {row}, column {column}", { map, row, column }),
  mapOfUnitCaption: (map) => translate("Its map, {map}: touch a place", { map }),
  inputName: (layers, layer, map) => {
    if (layer === 0) return translate("The picture");
    const number = map + 1;
    return layers[layer].isConvolution ? translate("Map {number}", { number }) : translate("Neuron {number}", { number });
  },
  strongestTitle: (layers, layer) => {
    if (layer === 0) return translate("Pixels × weights = products");
    return layers[layer].isConvolution
      ? translate("Maps of layer {layer} that change the sum most", { layer })
      : translate("Neurons of layer {layer} that change the sum most", { layer });
  },
  numbersOfPicture: (row, column, sum) =>
    translate("From row {row}, column {column} on, in numbers: the products add up to {sum}", { row, column, sum }),
  numbersOf: (name, sum) => translate("{name} in numbers: the products add up to {sum}", { name, sum }),

  allProducts: (count) => translate("Σ w·a, the {count} products", { count }),
  strongestTogether: (layers, layer, count) =>
    layers[layer].isConvolution
      ? translate("Strongest maps ({count}), together", { count })
      : translate("Strongest neurons ({count}), together", { count }),
  othersTogether: (layers, layer, count) =>
    layers[layer].isConvolution
      ? translate("Other maps ({count}), together", { count })
      : translate("Other neurons ({count}), together", { count }),
  bias: translate("b, the bias"),
  zOfUnit: "z = Σ w·a + b",
  pooled: (places) => translate("Pooling keeps the largest z of {places} places; the others", { places }),
  activationOf: ({ name }) =>
    ({
      "ReLU()": translate("ReLU: max(z, 0), the activation"),
      "Sigmoid()": translate("sigmoid(z) = 1 / (1 + e⁻ᶻ), the activation"),
      "Tanh()": translate("tanh(z), the activation"),
      "Softmax()": translate("softmax: its share of all ten eᶻ, the activation"),
    })[name],
  served: translate("The same, as the answer has it"),
  softmaxTitle: translate("The ten outputs: from sums to activations"),
  softmaxNote: translate("Softmax: e to the power of each sum, divided by the total of all ten."),
  temperatureNote: (temperature) =>
    translate(
      "First, each sum is divided by {temperature}, the temperature. It was chosen after training, so that of all " +
      "digits that get an activation of 0.9, about 90 % are right.",
      { temperature: fixed(temperature, 3) },
    ),
  softmaxHeadings: (temperature) => {
    const power = temperature === 1 ? "eᶻ" : `e^(z / ${fixed(temperature, 3)})`;
    return [translate("Output"), "z", power, translate("activation")];
  },
  softmaxTotal: translate("total"),
};
