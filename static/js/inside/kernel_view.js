/** One neuron of the convnet's first layer: where its kernel lies on the picture, and the sum at that place. */

import { kernelOf, neuronOfMap, pixelsIn } from "./convolution.js";
import { element } from "./dom.js";
import { fixed, signed } from "./format.js";
import { SIDE } from "./geometry.js";
import { drawPixels, paletteOf } from "./pictures.js";
import { words } from "./words.js";

const CELL_PX = 10;
const MOST_COLOUR = 40; // percent: more would hide the number

export class KernelView {
  #pixels;
  /** @type {import("../api.js").Layer?} */
  #layer = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.inputs = ["map", "row", "column"].map((name) => this.part(name));
    for (const input of this.inputs) input.addEventListener("input", () => this.#update());
    this.canvas = this.part("looked");
    this.canvas.width = this.canvas.height = CELL_PX * SIDE;
  }

  /** @param {import("../api.js").Layer?} layer the first, of a convnet @param {ArrayLike<number>?} pixels 784 */
  show(layer, pixels) {
    this.root.hidden = !layer?.kernels || !pixels;
    if (this.root.hidden) return;
    const isOther = !this.#layer;
    [this.#layer, this.#pixels] = [layer, pixels];
    const [rows, columns, maps] = layer.shape;
    this.inputs.forEach((input, place) => (input.max = [maps, rows, columns][place]));
    if (isOther) this.choose(strongestPlace(layer));
    else this.#update();
  }

  /** @param {number} place of an output, by row, column and map */
  choose(place) {
    const [, columns, maps] = this.#layer.shape;
    const neuron = Math.floor(place / maps);
    const chosen = [place % maps, Math.floor(neuron / columns), neuron % columns];
    this.inputs.forEach((input, index) => (input.value = chosen[index] + 1));
    this.#update();
  }

  #update() {
    const [map, row, column] = this.inputs.map(({ value, max }) => Math.min(Math.max(Math.round(value) || 1, 1), max) - 1);
    const { kernels } = this.#layer;
    const { windows, largest, output } = neuronOfMap(this.#pixels, kernels, map, row, column);
    this.part("title").textContent = words.neuronOfMap(map + 1, row + 1, column + 1);
    this.#drawWindow(largest, kernels.size);
    const grids = [pixelsIn(this.#pixels, largest, kernels.size), kernelOf(kernels, map), largest.products];
    ["pixels", "kernel", "products"].forEach((name, place) => {
      this.part(name).replaceChildren(...rowsOf(grids[place], kernels.size, place > 0));
    });
    const others = windows.filter((window) => window !== largest).map(({ z }) => signed(z));
    const rows = words.kernelRows(largest.z - kernels.biases[map], kernels.biases[map], largest.z, others, output);
    this.part("sum").replaceChildren(
      ...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    );
  }

  /** Draws the picture, and a frame around the pixels below the kernel. */
  #drawWindow({ top, left }, size) {
    const small = element("canvas", { width: SIDE, height: SIDE });
    drawPixels(small, this.#pixels);
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, this.canvas.width, this.canvas.height);
    context.strokeStyle = paletteOf(this.root).mark;
    context.lineWidth = CELL_PX / 3;
    context.strokeRect(...[left, top, size, size].map((each) => each * CELL_PX));
    this.canvas.ariaLabel = words.windowLabel(top + 1, left + 1, size);
  }
}

/** @returns {HTMLTableRowElement[]} numbers as rows; those with a sign are tinted by it */
function rowsOf(numbers, size, hasSign) {
  const largest = Math.max(...numbers.map(Math.abs)) || 1;
  const cell = (number) => {
    const made = element("td", {}, hasSign ? signed(number) : fixed(number));
    const percent = (MOST_COLOUR * Math.abs(number)) / largest;
    const colour = `var(--${number < 0 ? "minus" : "plus"})`;
    if (hasSign) made.style.background = `color-mix(in srgb, ${colour} ${percent}%, var(--zero))`;
    return made;
  };
  const row = (_, y) => element("tr", {}, ...numbers.slice(y * size, (y + 1) * size).map(cell));
  return Array.from({ length: size }, row);
}

/** @returns {number} the place of the largest output */
const strongestPlace = ({ outputs }) => outputs.indexOf(Math.max(...outputs));
