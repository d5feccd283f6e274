/** What adds most to a neuron's sum: maps of the layer before with their kernels and products, or single neurons. */

import { element, signedBar, table } from "../ui/dom.js";
import { fixed, signed } from "../ui/format.js";
import { words } from "./layer_words.js";
import { kernelOf, patchOf, productsOf, strongestOfMap } from "./neuron_sum.js";
import { drawLevels, drawSigned, paletteOf } from "../ui/pixels.js";

export const MOST_ROWS = 4;
const LARGEST_TABLE = 5; // rows of a kernel whose numbers are shown
const PICTURE_PX = 112; // at least, before CSS scales it
const MOST_COLOUR = 40; // percent: more would hide the number

export class StrongestInputs {
  /** @param {HTMLElement} root @param {(neuron: import("./network_layers.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
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
      return element("li", {}, name, patch, "×", weightsOfMap, "=", products, value);
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
  const largest = Math.max(...numbers.map(Math.abs)) || 1;
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
