/** One neuron of any layer: where it lies, its sum in numbers, what adds most to it, and what it passes on to the outputs. */

import { outgoingWeights } from "../network/article.js";
import { signedBar } from "../ui/chart.js";
import { element, partsOf, showDefinitions, table } from "../ui/dom.js";
import { activationText, equals, fixed, outputText, signed } from "../ui/format.js";
import { drawLevels, drawSigned, frame, frameCell, largestMagnitude, paletteOf, rowAndColumn, SIDE, usualLimit } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { drawWeightsAndProducts } from "./diagram.js";
import { activationIn, inputName, nameIn, pixelName, SIGMOID } from "./neuron_names.js";
import { addUp, isOutput, kernelOf, levelsOfMap, patchOf, placeOf, receptiveField, strongest, strongestOfMap, sumOf, sumRows } from "./sums.js";

const CELL_PX = 10;
const FEW = 15; // inputs that are all listed, to add up by hand: the diagram has them, too
const MOST_INPUTS = 4; // otherwise
const MOST_PIXELS = 10;
const LARGEST_TABLE = 5; // rows of a kernel whose numbers are shown
const PICTURE_PX = 112; // at least, before CSS scales it
const MOST_COLOUR = 40; // percent: more would hide the number
const FUNCTIONS = {
  "ReLU()": translate("ReLU: max(z, 0), the activation"),
  "Sigmoid()": SIGMOID,
  "Softmax()": translate("softmax: its share of all ten eᶻ, the activation"),
};

export class NeuronView {
  #state;
  /** Of the weights that were drawn last. @type {{weights?: ArrayLike<number>, value?: number}} */
  #limit = {};
  /** What is shown, for screen readers. */
  sentence = "";

  /** @param {(neuron: import("./sums.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    Object.assign(this, { root, onChoose });
    this.part = partsOf(root);
    this.part("map").addEventListener("click", ({ target, offsetX, offsetY }) => {
      const { neuron, layer } = this.#state;
      const row = Math.floor((offsetY * layer.shape.rows) / target.clientHeight);
      onChoose({ ...neuron, row, column: Math.floor((offsetX * layer.shape.columns) / target.clientWidth) });
    });
    for (const canvas of [this.part("weights"), this.part("products")]) {
      canvas.width = canvas.height = CELL_PX * SIDE;
      for (const event of ["pointermove", "pointerdown"]) {
        canvas.addEventListener(event, ({ offsetX, offsetY }) => this.#showPixel(canvas, offsetX, offsetY));
      }
    }
  }

  /** The neuron that is shown. */
  get shown() {
    return this.#state.neuron;
  }

  /**
   * @param {import("./sums.js").Layer[]} layers @param {import("./sums.js").Neuron} neuron
   * @param {{isSilenced?: boolean}} [how] whether its activation is 0, whatever its sum
   */
  show(layers, neuron, { isSilenced = false } = {}) {
    const isOther = this.sentence === "" || nameIn(this.#state.layers, this.#state.neuron) !== nameIn(layers, neuron);
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const sum = sumOf(layers, neuron);
    const activation = isSilenced ? activationText(0) : activationIn(layer, layer.outputs[placeOf(layer, neuron)]);
    const isOfPicture = neuron.layer === 1;
    const [isOfNeurons, isOfPixels] = [!isOfPicture && below.shape.columns === 1, isOfPicture && !layer.isConvolution];
    const areFew = isOfNeurons && below.shape.maps <= FEW;
    const inputs = strongest(sum.kept.contributions, areFew ? FEW : MOST_INPUTS).map((map) => {
      const [kernel, patch] = [kernelOf(sum.weights, below.shape.maps, map), patchOf(below, layer.kernel, sum.kept, map)];
      const name = inputName(layers, neuron.layer - 1, map);
      return { map, name, kernel, patch, products: sum.kept.products[map], contribution: sum.kept.contributions[map] };
    });
    this.#state = { layers, neuron, below, layer, sum, activation, inputs, areFew, isOfPicture, isOfNeurons, isOfPixels };
    this.part("title").textContent = nameIn(layers, neuron);
    this.part("explanation").textContent = explanation(layers, neuron);
    this.part("places").hidden = !layer.isConvolution;
    if (layer.isConvolution) this.#showPlaces();
    this.#showSum(isSilenced);
    this.part("pixels").hidden = !isOfPixels;
    if (isOfPixels) this.#showPixels();
    if (isOfPixels && isOther) this.part("pixel").textContent = translate("Touch a pixel to see its numbers.");
    this.#showInputs();
    this.part("outputs").replaceChildren(...this.#onwards(), ...softmaxTable(layer));
    const values = { name: nameIn(layers, neuron), sum: signed(sum.kept.z), activation, strongest: inputs[0]?.name };
    this.sentence = inputs[0]
      ? translate("{name}. Sum {sum}, activation {activation}. Largest contributions: {strongest}.", values)
      : translate("{name}. Sum {sum}, activation {activation}.", values);
  }

  /** Shows the neuron's place in the picture, and in its map. */
  #showPlaces() {
    const { layers, layer, neuron } = this.#state;
    const { mark } = paletteOf(this.root);
    const field = this.part("field");
    field.width = field.height = CELL_PX * SIDE;
    drawLevels(field, layers[0].outputs, SIDE);
    const { top, left, width, height } = receptiveField(layers, neuron);
    frame(field, { top, left, width, height }, CELL_PX, mark);
    field.ariaLabel = translate("The picture, with a frame around the {width} × {height} pixels from row {row}, column {column}", {
      ...{ width, height, row: top + 1, column: left + 1 },
    });
    this.part("field-caption").textContent = translate("It depends on {width} × {height} pixels", { width, height });
    const [canvas, { rows, columns }] = [this.part("map"), layer.shape];
    const side_px = Math.round((CELL_PX * SIDE) / columns);
    [canvas.width, canvas.height] = [side_px * columns, side_px * rows];
    drawLevels(canvas, levelsOfMap(layer, neuron.map), columns);
    frameCell(canvas, neuron, columns, mark);
    const place = { map: neuron.map + 1, row: neuron.row + 1, column: neuron.column + 1 };
    canvas.ariaLabel = translate("Map {map}, with a frame around row {row}, column {column}", place);
    this.part("map-caption").textContent = translate("Its map, {map}: touch a place", place);
  }

  #showSum(isSilenced) {
    const { layer, activation, sum: { bias, kept, windows } } = this.#state;
    const others = windows.filter((window) => window !== kept).map(({ z }) => signed(z)).join(", ");
    const pooled = translate("Pooling keeps the largest z of {places} places; the others", { places: windows.length });
    showDefinitions(this.part("sum"), [
      ...sumRows(addUp(kept.products.flat()), bias, kept.z),
      ...(others ? [[pooled, others]] : []),
      [isSilenced ? translate("a, silenced") : FUNCTIONS[layer.name], activation],
    ]);
  }

  /** Shows the weights and the products of a neuron that has one for each pixel. */
  #showPixels() {
    const { layers: [{ outputs: pixels }], layer, neuron, sum: { weights, kept } } = this.#state;
    if (this.#limit.weights !== layer.weights) this.#limit = { weights: layer.weights, value: usualLimit(layer.weights) };
    const [products] = kept.products;
    drawWeightsAndProducts(this.part, layer, neuron.map, addUp(products), paletteOf(this.root), this.#limit.value);
    const rows = strongest(products, MOST_PIXELS).map((place) => [
      pixelName(place),
      ...[fixed(pixels[place], 3), signed(weights[place]), signed(products[place])],
    ]);
    this.part("strongest-pixels").replaceChildren(table([translate("Pixel"), "x", "w", "w·x"], rows));
  }

  #showPixel(canvas, x_px, y_px) {
    const cell = (place_px) => Math.min(Math.max(Math.floor((place_px * SIDE) / canvas.clientWidth), 0), SIDE - 1);
    const place = cell(y_px) * SIDE + cell(x_px);
    const { layers: [{ outputs: pixels }], sum: { weights } } = this.#state;
    const [a, w] = [pixels[place], weights[place]];
    this.part("pixel").textContent = translate("Row {row}, column {column}: a {activation} × w {weight} = {product}", {
      ...rowAndColumn(place),
      ...{ activation: fixed(a, 3), weight: fixed(w), product: signed(a * w) },
    });
  }

  #showInputs() {
    const { layers, neuron, below, layer, inputs, isOfPicture, isOfNeurons, isOfPixels } = this.#state;
    const isListed = inputs.length > 0 && !isOfPixels;
    this.part("strongest-title").hidden = this.part("strongest").hidden = !isListed;
    const hasNumbers = isListed && !isOfNeurons && layer.kernel.rows <= LARGEST_TABLE;
    this.part("numbers").hidden = !hasNumbers;
    if (!isListed) return;
    this.part("strongest-title").textContent = strongestTitle(layers, neuron.layer - 1);
    this.part("strongest").replaceChildren(isOfNeurons ? this.#table() : this.#list());
    if (!hasNumbers) return;
    this.part("numbers-title").textContent = this.#numbersTitle();
    const inputText = (a) => (isOfPicture ? fixed(a, 3) : activationIn(below, a));
    for (const [name, textOf] of Object.entries({ patch: inputText, kernel: signed, products: signed })) {
      this.part(`${name}-numbers`).replaceChildren(...rowsOf(inputs[0][name], layer.kernel.columns, textOf));
    }
  }

  #numbersTitle() {
    const { sum: { kept: { top, left } }, inputs: [{ name, contribution }], isOfPicture } = this.#state;
    const values = { row: top + 1, column: left + 1, name, sum: signed(contribution, 3) };
    return isOfPicture
      ? translate("From row {row}, column {column} on, in numbers: the products add up to {sum}", values)
      : translate("{name} in numbers: the products add up to {sum}", values);
  }

  /** Small pictures: what is in the window, the kernel, the products, for each map. */
  #list() {
    const { below, inputs, layer: { kernel } } = this.#state;
    const palette = paletteOf(this.root);
    const limit = (name) => Math.max(...inputs.flatMap((input) => input[name].map(Math.abs))) || 1;
    const limits = { kernel: limit("kernel"), products: limit("products") };
    const items = inputs.map((input) => {
      const [patch, weightsOfMap, products] = [0, 1, 2].map(() => pictureFor(kernel));
      drawLevels(patch, input.patch.map((output) => output / below.largest), kernel.columns);
      drawSigned(weightsOfMap, input.kernel, limits.kernel, palette, kernel.columns);
      drawSigned(products, input.products, limits.products, palette, kernel.columns);
      const name = element("span", { className: "input-name" }, this.#nameOf(input));
      const value = element("span", { className: "input-sum" }, signed(input.contribution, 3));
      return element("li", { className: "row" }, name, patch, "×", weightsOfMap, "=", products, value);
    });
    const list = element("ol", { className: "strongest-inputs stack" }, ...items);
    list.classList.toggle("is-single", below.shape.maps === 1);
    return list;
  }

  #table() {
    const { below, inputs } = this.#state;
    const largest = Math.max(...inputs.map(({ contribution }) => Math.abs(contribution)));
    const rows = inputs.map((input) => {
      const numbers = [activationIn(below, input.patch[0]), signed(input.kernel[0], 3), signed(input.contribution, 3)];
      return [this.#nameOf(input), ...numbers, signedBar(input.contribution, largest)];
    });
    return table([translate("From neuron"), "x", "w", "w·x", translate("as a bar")], rows);
  }

  /** @returns {Node | string} a button that goes down to the strongest neuron of a map; pixels have nothing below, and few need none */
  #nameOf({ map, name }) {
    const { layers, neuron, sum: { kept }, areFew, isOfPicture } = this.#state;
    if (isOfPicture || areFew) return name;
    const button = element("button", { type: "button", className: "to-input" }, name);
    button.addEventListener("click", () => this.onChoose(strongestOfMap(layers, neuron.layer, kept, map)));
    return button;
  }

  /** @returns {Node[]} what a neuron of the last hidden layer adds to each output */
  #onwards() {
    const { layers, layer, neuron, activation } = this.#state;
    const next = layers[neuron.layer + 1];
    if (!next || !isOutput(next)) return [];
    const place = placeOf(layer, neuron);
    const weights = outgoingWeights(next, place);
    const largest = largestMagnitude(weights);
    const rows = weights.map((weight, digit) => {
      const product = weight * layer.outputs[place];
      return [String(digit), signed(weight), signed(product), signedBar(product, largest)];
    });
    const title = translate("What it passes on: a {activation}, times a weight to each output", { activation: equals(activation) });
    return [element("h3", {}, title), table([translate("To output"), "w", "w·x", translate("as a bar")], rows)];
  }
}

/** @returns {string} what a neuron adds up */
function explanation(layers, { layer: number }) {
  const [{ shape }, { kernel, isConvolution }] = [layers[number - 1], layers[number]];
  const values = { layer: number - 1, maps: shape.maps, neurons: shape.maps, size: `${kernel.columns} × ${kernel.rows}` };
  if (number === 1 && !isConvolution) {
    return translate("This neuron multiplies each of the {count} pixels by its own weight and adds up the products and a bias.", {
      count: kernel.rows * kernel.columns,
    });
  }
  if (number === 1) {
    return translate(
      "This neuron multiplies {size} pixels of the picture by the weights of its kernel and adds up the products and a " +
        "bias. All neurons of a map have the same kernel, each at another place.",
      values,
    );
  }
  if (isConvolution) {
    return translate(
      "This neuron multiplies {size} neurons of each of the {maps} maps of layer {layer} by a kernel of {size} weights " +
        "and adds up all products and a bias.",
      values,
    );
  }
  return shape.columns > 1
    ? translate(
        "This neuron multiplies each neuron of the {maps} maps of layer {layer} by its own weight and adds up the products and a bias.",
        values,
      )
    : translate(
        "This neuron multiplies each of the {neurons} neurons of layer {layer} by its own weight and adds up the products and a bias.",
        values,
      );
}

/**
 * Returns how softmax makes the ten activations of the sums of the outputs.
 * @returns {Node[]} nothing for another layer than an output layer with softmax
 */
function softmaxTable({ name, sums, temperature, outputs }) {
  if (name !== "Softmax()") return [];
  const powers = Array.from(sums, (z) => Math.exp(z / temperature));
  const total = powers.reduce((sum, each) => sum + each, 0);
  const rows = Array.from(sums, (z, digit) => [String(digit), signed(z, 3), fixed(powers[digit], 3), outputText(outputs[digit])]);
  rows.push([translate("total"), "", fixed(total, 3), ""]);
  const note = translate("Softmax: e to the power of each sum, divided by the total of all ten.");
  const ofTemperature = translate(
    "First, each sum is divided by {temperature}, the temperature. It was chosen after training, so that of all " +
      "digits that get an activation of 0.9, about 90 % are right.",
    { temperature: fixed(temperature, 3) },
  );
  const power = temperature === 1 ? "eᶻ" : `e^(z / ${fixed(temperature, 3)})`;
  return [
    element("h3", {}, translate("The ten outputs: from sums to activations")),
    table([translate("Output"), "z", power, translate("activation")], rows),
    element("p", { className: "quiet" }, temperature === 1 ? note : `${note} ${ofTemperature}`),
  ];
}

function strongestTitle(layers, layer) {
  if (layer === 0) return translate("Pixels × weights = products");
  return layers[layer].isConvolution
    ? translate("Maps of layer {layer} that change the sum most", { layer })
    : translate("Neurons of layer {layer} that change the sum most", { layer });
}

function pictureFor({ rows, columns }) {
  const cell_px = Math.ceil(PICTURE_PX / columns);
  return element("canvas", { width: cell_px * columns, height: cell_px * rows, ariaHidden: "true" });
}

/** @returns {HTMLTableRowElement[]} numbers as rows; those with a sign are tinted by it */
function rowsOf(numbers, columns, textOf) {
  const largest = largestMagnitude(numbers);
  const cell = (number) => {
    const made = element("td", {}, textOf(number));
    const percent = (MOST_COLOUR * Math.abs(number)) / largest;
    const colour = `var(--${number < 0 ? "minus" : "plus"})`;
    if (textOf === signed) made.style.background = `color-mix(in srgb, ${colour} ${percent}%, var(--zero))`;
    return made;
  };
  const row = (_, y) => element("tr", {}, ...numbers.slice(y * columns, (y + 1) * columns).map(cell));
  return Array.from({ length: numbers.length / columns }, row);
}
