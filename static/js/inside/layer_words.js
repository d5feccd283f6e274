/** Every text that the scripts of the layers' view write. */

import { translate } from "../ui/translate.js";
import { activationText, fixed, signed } from "../ui/format.js";
import { isOutput } from "./layer_sums.js";

export const words = {
  cannotLoad: translate(
    "The numbers of the network cannot be loaded. Check the connection, then open this view again.",
  ),

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

  /** @param {Shape} shape @param {number} active how many have a neuron above half of the largest activation */
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

  /** @param {import("./layer_sums.js").Neuron} neuron */
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

  /** @param {number} layer whose maps or neurons they are; 0 is the picture */
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
  fromHeadings: [translate("From neuron"), "a", "w", "w·a", translate("as a bar")],
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
  /** @param {number} temperature by which the sums are divided */
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
