/** One neuron of any layer: where it lies, which pixels it depends on, its sum in numbers, and what adds most to it. */

import { signedBar } from "../ui/chart.js";
import { element, partsOf, showDefinitions, table } from "../ui/dom.js";
import { activationText, fixed, signed } from "../ui/format.js";
import { drawLevels, drawSigned, frame, frameCell, largestMagnitude, paletteOf, SIDE } from "../ui/pixels.js";
import { strongest } from "./article_sums.js";
import { words } from "./inside_words.js";
import { kernelOf, patchOf, placeOf, productsOf, receptiveField, strongestOfMap, sumOf } from "./layer_sums.js";

const CELL_PX = 10;

export class UnitView {
  #layers;
  #shown;
  /** What is shown, for screen readers. */
  sentence = "";

  /** @param {HTMLElement} root @param {(neuron: import("./layer_sums.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.part = partsOf(root);
    this.inputs = new StrongestInputs(root, onChoose);
    this.map = this.part("map");
    this.map.addEventListener("click", ({ offsetX, offsetY }) => {
      const { rows, columns } = this.#layers[this.#shown.layer].shape;
      const [row, column] = [
        Math.floor((offsetY * rows) / this.map.clientHeight),
        Math.floor((offsetX * columns) / this.map.clientWidth),
      ];
      onChoose({ ...this.#shown, row, column });
    });
  }

  /**
   * @param {import("./layer_sums.js").Layer[]} layers
   * @param {import("./layer_sums.js").Neuron} neuron
   * @param {import("./layer_sums.js").Weights} weights of the neuron
   */
  show(layers, neuron, weights) {
    [this.#layers, this.#shown] = [layers, neuron];
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const sum = sumOf(weights, layer, below, neuron);
    this.part("title").textContent = words.unitName(layers, neuron);
    this.part("explanation").textContent = words.unitExplanation(layers, neuron);
    this.#showField();
    this.#showMap(layer);
    const places = strongest(sum.kept.contributions, MOST_ROWS);
    this.#showSum(sum, places, weights.bias);
    this.part("outputs").replaceChildren(...softmaxTable(layer));
    this.inputs.show({ layers, neuron, weights, sum, places });
    const first = places.length > 0 ? words.inputName(layers, neuron.layer - 1, places[0]) : "";
    this.sentence = words.unitSentence(layers, neuron, sum, first);
  }

  #showField() {
    const picture = this.#layers[0];
    const canvas = this.part("field");
    canvas.width = canvas.height = CELL_PX * SIDE;
    drawLevels(canvas, picture.outputs, SIDE);
    const field = receptiveField(this.#layers, this.#shown);
    frame(canvas, field, CELL_PX, paletteOf(this.root).mark);
    canvas.ariaLabel = words.fieldLabel(field);
    this.part("field-caption").textContent = words.fieldCaption(field);
  }

  #showMap({ shape: { rows, columns, maps }, outputs, isConvolution }) {
    this.part("map-figure").hidden = !isConvolution;
    if (!isConvolution) return;
    const { map, row, column } = this.#shown;
    const side_px = Math.round((CELL_PX * SIDE) / columns);
    [this.map.width, this.map.height] = [side_px * columns, side_px * rows];
    const largest = Math.max(1, ...outputs);
    const levels = Array.from(outputs, (output) => output / largest).filter((_, place) => place % maps === map);
    drawLevels(this.map, levels, columns);
    frameCell(this.map, { row, column }, columns, paletteOf(this.root).mark);
    this.map.ariaLabel = words.mapOfUnitLabel(map + 1, row + 1, column + 1);
    this.part("map-caption").textContent = words.mapOfUnitCaption(map + 1);
  }

  #showSum({ kept, windows, activation }, places, bias) {
    const { layer: number } = this.#shown;
    const [below, layer] = [this.#layers[number - 1], this.#layers[number]];
    const total = kept.z - bias;
    const ofStrongest = places.reduce((sum, place) => sum + kept.contributions[place], 0);
    const more = below.shape.maps - places.length;
    const number3 = (value) => signed(value, 3);
    const rows =
      below.shape.maps === 1
        ? [[words.allProducts(layer.kernel.rows * layer.kernel.columns), number3(total)]]
        : [
            [words.strongestTogether(this.#layers, number - 1, places.length), number3(ofStrongest)],
            [words.othersTogether(this.#layers, number - 1, more), number3(total - ofStrongest)],
          ];
    rows.push([words.bias, number3(bias)], [words.zOfUnit, number3(kept.z)]);
    const others = windows.filter((window) => window !== kept).map(({ z }) => signed(z));
    if (others.length > 0) rows.push([words.pooled(windows.length), others.join(", ")]);
    const served = layer.outputs[placeOf(layer, this.#shown)];
    rows.push([words.activationOf(layer), words.unitActivation(layer, activation)]);
    rows.push([words.served, words.unitActivation(layer, served)]);
    showDefinitions(this.part("sum"), rows);
  }
}

/**
 * Returns how softmax makes the ten activations of the sums of the outputs.
 * @param {import("./layer_sums.js").Layer} layer
 * @returns {Node[]} nothing for another layer than an output layer with softmax
 */
function softmaxTable({ name, sums, temperature, outputs }) {
  if (name !== "Softmax()") return [];
  const powers = sums.map((z) => Math.exp(z / temperature));
  const total = powers.reduce((sum, each) => sum + each, 0);
  const rows = sums.map((z, digit) => [String(digit), signed(z, 3), fixed(powers[digit], 3), activationText(outputs[digit])]);
  rows.push([words.softmaxTotal, "", fixed(total, 3), ""]);
  const notes = [words.softmaxNote, ...(temperature === 1 ? [] : [words.temperatureNote(temperature)])];
  return [
    element("h3", {}, words.softmaxTitle),
    table(words.softmaxHeadings(temperature), rows),
    element("p", { className: "quiet" }, notes.join(" ")),
  ];
}

const MOST_ROWS = 4;
const LARGEST_TABLE = 5; // rows of a kernel whose numbers are shown
const PICTURE_PX = 112; // at least, before CSS scales it
const MOST_COLOUR = 40; // percent: more would hide the number

class StrongestInputs {
  /** @param {HTMLElement} root @param {(neuron: import("./layer_sums.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    this.part = partsOf(root);
  }

  /** @param {object} state what UnitView shows: layers, neuron, weights, sum, and places of the strongest maps */
  show(state) {
    const { layers, neuron, places, sum } = state;
    const [below, { kernel }] = [layers[neuron.layer - 1], layers[neuron.layer]];
    this.state = state;
    this.part("strongest-title").hidden = places.length === 0;
    this.part("strongest-title").textContent = words.strongestTitle(layers, neuron.layer - 1);
    const parts = places.map((map) => this.#partsOf(map));
    const isOfNeurons = below.shape.rows * below.shape.columns === 1;
    this.part("strongest").replaceChildren(isOfNeurons ? this.#table(parts) : this.#list(parts));
    const hasNumbers = !isOfNeurons && kernel.rows <= LARGEST_TABLE && parts.length > 0;
    this.part("numbers").hidden = !hasNumbers;
    if (!hasNumbers) return;
    const total = signed(parts[0].contribution, 3);
    this.part("numbers-title").textContent =
      neuron.layer === 1
        ? words.numbersOfPicture(sum.kept.top + 1, sum.kept.left + 1, total)
        : words.numbersOf(parts[0].name, total);
    const inputText = (a) => (neuron.layer === 1 ? fixed(a, 3) : words.unitActivation(below, a));
    for (const [name, textOf] of Object.entries({ patch: inputText, kernel: signed, products: signed })) {
      this.part(name).replaceChildren(...rowsOf(parts[0][name], kernel.columns, textOf));
    }
  }

  #partsOf(map) {
    const { layers, neuron, weights, sum } = this.state;
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const patch = patchOf(below, layer.kernel, sum.kept, map);
    const kernel = kernelOf(weights.weights, below.shape.maps, map);
    const name = words.inputName(layers, neuron.layer - 1, map);
    const contribution = sum.kept.contributions[map];
    return { map, name, patch, kernel, products: productsOf(kernel, patch), contribution };
  }

  /** Small pictures: what is in the window, the kernel, the products, for each map. */
  #list(parts) {
    const { layers, neuron } = this.state;
    const [below, { kernel }] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const palette = paletteOf(this.root);
    const largest = Math.max(1, ...below.outputs);
    const limit = (name) => Math.max(...parts.flatMap((part) => part[name].map(Math.abs))) || 1;
    const limits = { kernel: limit("kernel"), products: limit("products") };
    const items = parts.map((part) => {
      const [patch, weightsOfMap, products] = [0, 1, 2].map(() => pictureFor(kernel));
      drawLevels(patch, part.patch.map((output) => output / largest), kernel.columns);
      drawSigned(weightsOfMap, part.kernel, limits.kernel, palette, kernel.columns);
      drawSigned(products, part.products, limits.products, palette, kernel.columns);
      const name = element("span", { className: "input-name" }, this.#nameOf(part));
      const value = element("span", { className: "input-sum" }, signed(part.contribution, 3));
      return element("li", { className: "row" }, name, patch, "×", weightsOfMap, "=", products, value);
    });
    const list = element("ol", { className: "strongest-inputs stack" }, ...items);
    list.classList.toggle("is-single", below.shape.maps === 1);
    return list;
  }

  #table(parts) {
    const below = this.state.layers[this.state.neuron.layer - 1];
    const largest = Math.max(...parts.map(({ contribution }) => Math.abs(contribution)));
    const rows = parts.map((part) => {
      const numbers = [words.unitActivation(below, part.patch[0]), signed(part.kernel[0], 3), signed(part.contribution, 3)];
      return [this.#nameOf(part), ...numbers, signedBar(part.contribution, largest)];
    });
    return table(words.fromHeadings, rows);
  }

  /** @returns {Node | string} a button that goes down to the strongest neuron of a map; pixels have nothing below */
  #nameOf({ map, name }) {
    const { layers, neuron, weights, sum } = this.state;
    if (neuron.layer === 1) return name;
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const button = element("button", { type: "button", className: "to-input" }, name);
    const target = { ...strongestOfMap(weights, layer, below, sum.kept, map), layer: neuron.layer - 1 };
    button.addEventListener("click", () => this.onChoose(target));
    return button;
  }
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
