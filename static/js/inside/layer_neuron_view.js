/** One neuron of any layer: where it lies, which pixels it depends on, its sum in numbers, and what adds most to it. */

import { signedBar } from "../ui/chart.js";
import { element, partsOf, showDefinitions, table } from "../ui/dom.js";
import { fixed, outputText, signed } from "../ui/format.js";
import { drawLevels, drawSigned, frame, frameCell, largestMagnitude, paletteOf, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { inputName, unitActivation, unitName } from "./neuron_names.js";
import { kernelOf, levelsOfMap, patchOf, placeOf, productsOf, receptiveField, strongest, strongestOfMap, sumOf } from "./sums.js";

const CELL_PX = 10;
const MOST_ROWS = 4;
const LARGEST_TABLE = 5; // rows of a kernel whose numbers are shown
const PICTURE_PX = 112; // at least, before CSS scales it
const MOST_COLOUR = 40; // percent: more would hide the number
const FUNCTIONS = {
  "ReLU()": translate("ReLU: max(z, 0), the activation"),
  "Sigmoid()": translate("sigmoid(z) = 1 / (1 + e⁻ᶻ), the activation"),
  "Softmax()": translate("softmax: its share of all ten eᶻ, the activation"),
};

export class UnitView {
  #state;
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
  }

  /** @param {import("./sums.js").Layer[]} layers @param {import("./sums.js").Neuron} neuron */
  show(layers, neuron) {
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const sum = sumOf(layers, neuron);
    const activation = unitActivation(layer, layer.outputs[placeOf(layer, neuron)]);
    const inputs = strongest(sum.kept.contributions, MOST_ROWS).map((map) => {
      const [kernel, patch] = [kernelOf(sum.weights, below.shape.maps, map), patchOf(below, layer.kernel, sum.kept, map)];
      const name = inputName(layers, neuron.layer - 1, map);
      return { map, name, kernel, patch, products: productsOf(kernel, patch), contribution: sum.kept.contributions[map] };
    });
    this.#state = { layers, neuron, below, layer, sum, activation, inputs, isOfPicture: neuron.layer === 1 };
    this.part("title").textContent = unitName(layers, neuron);
    this.part("explanation").textContent = explanation(layers, neuron);
    this.#showField();
    this.#showMap();
    this.#showSum();
    this.part("outputs").replaceChildren(...softmaxTable(layer));
    this.#showInputs();
    const values = { name: unitName(layers, neuron), sum: signed(sum.kept.z), activation, strongest: inputs[0]?.name };
    this.sentence = inputs[0]
      ? translate("{name}. Sum {sum}, activation {activation}. Largest contributions: {strongest}.", values)
      : translate("{name}. Sum {sum}, activation {activation}.", values);
  }

  #showField() {
    const { layers, neuron } = this.#state;
    const canvas = this.part("field");
    canvas.width = canvas.height = CELL_PX * SIDE;
    drawLevels(canvas, layers[0].outputs, SIDE);
    const field = receptiveField(layers, neuron);
    frame(canvas, field, CELL_PX, paletteOf(this.root).mark);
    const { width, height } = field;
    canvas.ariaLabel = translate("The picture, with a frame around the {width} × {height} pixels from row {row}, column {column}", {
      ...{ width, height, row: field.top + 1, column: field.left + 1 },
    });
    this.part("field-caption").textContent = translate("It depends on {width} × {height} pixels", { width, height });
  }

  #showMap() {
    const { layer, neuron } = this.#state;
    this.part("map-figure").hidden = !layer.isConvolution;
    if (!layer.isConvolution) return;
    const [canvas, { rows, columns }] = [this.part("map"), layer.shape];
    const side_px = Math.round((CELL_PX * SIDE) / columns);
    [canvas.width, canvas.height] = [side_px * columns, side_px * rows];
    drawLevels(canvas, levelsOfMap(layer, neuron.map), columns);
    frameCell(canvas, neuron, columns, paletteOf(this.root).mark);
    const place = { map: neuron.map + 1, row: neuron.row + 1, column: neuron.column + 1 };
    canvas.ariaLabel = translate("Map {map}, with a frame around row {row}, column {column}", place);
    this.part("map-caption").textContent = translate("Its map, {map}: touch a place", place);
  }

  #showSum() {
    const { below, layer, inputs, activation, sum: { bias, kept, windows } } = this.#state;
    const total = kept.z - bias;
    const ofStrongest = inputs.reduce((sum, { contribution }) => sum + contribution, 0);
    const { maps } = below.shape;
    const products =
      maps === 1
        ? [[translate("Σ w·x, the {count} products", { count: layer.kernel.rows * layer.kernel.columns }), total]]
        : [
            [strongestTogether(below, inputs.length), ofStrongest],
            [othersTogether(below, maps - inputs.length), total - ofStrongest],
          ];
    const numbers = [...products, [translate("b, the bias"), bias], ["z = Σ w·x + b", kept.z]];
    const others = windows.filter((window) => window !== kept).map(({ z }) => signed(z)).join(", ");
    const pooled = translate("Pooling keeps the largest z of {places} places; the others", { places: windows.length });
    showDefinitions(this.part("sum"), [
      ...numbers.map(([name, value]) => [name, signed(value, 3)]),
      ...(others ? [[pooled, others]] : []),
      [FUNCTIONS[layer.name], activation],
    ]);
  }

  #showInputs() {
    const { layers, neuron, below, layer, inputs, isOfPicture } = this.#state;
    this.part("strongest-title").hidden = inputs.length === 0;
    this.part("strongest-title").textContent = strongestTitle(layers, neuron.layer - 1);
    const isOfNeurons = below.shape.rows * below.shape.columns === 1;
    this.part("strongest").replaceChildren(isOfNeurons ? this.#table() : this.#list());
    const hasNumbers = !isOfNeurons && layer.kernel.rows <= LARGEST_TABLE && inputs.length > 0;
    this.part("numbers").hidden = !hasNumbers;
    if (!hasNumbers) return;
    this.part("numbers-title").textContent = this.#numbersTitle();
    const inputText = (a) => (isOfPicture ? fixed(a, 3) : unitActivation(below, a));
    for (const [name, textOf] of Object.entries({ patch: inputText, kernel: signed, products: signed })) {
      this.part(name).replaceChildren(...rowsOf(inputs[0][name], layer.kernel.columns, textOf));
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
      const numbers = [unitActivation(below, input.patch[0]), signed(input.kernel[0], 3), signed(input.contribution, 3)];
      return [this.#nameOf(input), ...numbers, signedBar(input.contribution, largest)];
    });
    return table([translate("From neuron"), "x", "w", "w·x", translate("as a bar")], rows);
  }

  /** @returns {Node | string} a button that goes down to the strongest neuron of a map; pixels have nothing below */
  #nameOf({ map, name }) {
    const { layers, neuron, sum: { weights, kept }, isOfPicture } = this.#state;
    if (isOfPicture) return name;
    const button = element("button", { type: "button", className: "to-input" }, name);
    button.addEventListener("click", () => this.onChoose(strongestOfMap(layers, neuron.layer, weights, kept, map)));
    return button;
  }
}

const strongestTogether = ({ isConvolution }, count) =>
  isConvolution
    ? translate("Strongest maps ({count}), together", { count })
    : translate("Strongest neurons ({count}), together", { count });

const othersTogether = ({ isConvolution }, count) =>
  isConvolution
    ? translate("Other maps ({count}), together", { count })
    : translate("Other neurons ({count}), together", { count });

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
