/**
 * Draws the layers of a network: one small square for each neuron, the brighter, the larger its activation. A
 * convolutional layer is drawn as its feature maps, a dense layer as single squares.
 */

import { element } from "../ui/dom.js";
import { levelsImage } from "../ui/pixels.js";
import { words } from "./inside_words.js";
import { isOutput, neuronAt } from "./layer_sums.js";

// Drawn finer than shown: CSS scales the drawing down to the page.
const NEURON_PX = 20;
const MAP_NEURON_PX = 10; // of a neuron that is part of a feature map
const GAP_PX = 4;
const MAX_COLUMNS = 32;
const MAX_NEURONS_ACROSS = 100;

/** @typedef {import("./layer_sums.js").Layer} Layer */

export class LayerGrids {
  /** @type {Layer[]} */
  #layers = [];
  #frame = element("span", { className: "touched", ariaHidden: "true" });

  /** @param {HTMLElement} list @param {(neuron: import("./layer_sums.js").Neuron) => void} onTouch */
  constructor(list, onTouch) {
    this.list = list;
    list.addEventListener("click", ({ target, offsetX, offsetY }) => {
      const number = [...list.querySelectorAll("canvas")].indexOf(target) + 1;
      if (number === 0) return;
      const scale = target.width / target.clientWidth;
      const place = touchedOutput(this.#layers[number], offsetX * scale, offsetY * scale);
      if (place !== null) onTouch(neuronAt(this.#layers, number, place));
    });
  }

  /** @param {Layer[]} layers from the picture, which is not drawn here, to the outputs */
  show(layers) {
    this.#layers = layers;
    this.list.replaceChildren(...layers.slice(1).map((layer, index) => layerItem(layers, layer, index + 1)));
  }

  /** Frames a neuron. @param {import("./layer_sums.js").Neuron} neuron */
  mark({ layer: number, map, row, column }) {
    const grid = this.list.querySelectorAll(".grid")[number - 1];
    const { width, height } = grid.querySelector("canvas");
    const { neuron_px, columns, across_px, down_px } = layout(this.#layers[number].shape);
    const x_px = (map % columns) * across_px + column * neuron_px;
    const y_px = Math.floor(map / columns) * down_px + row * neuron_px;
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    Object.assign(this.#frame.style, {
      insetInlineStart: percent(x_px, width),
      insetBlockStart: percent(y_px, height),
      inlineSize: percent(neuron_px, width),
      blockSize: percent(neuron_px, height),
    });
    grid.firstChild.append(this.#frame);
  }
}

/** @returns {number?} the place of the output at a place of the drawing; null for a gap */
function touchedOutput({ shape }, x_px, y_px) {
  const { neuron_px, columns, across_px, down_px } = layout(shape);
  const map = Math.floor(y_px / down_px) * columns + Math.floor(x_px / across_px);
  const [column, row] = [x_px % across_px, y_px % down_px].map((each) => Math.floor(each / neuron_px));
  const isNeuron = x_px >= 0 && y_px >= 0 && column < shape.columns && row < shape.rows && map < shape.maps;
  return isNeuron ? (row * shape.columns + column) * shape.maps + map : null;
}

function layerItem(layers, { shape, outputs, isConvolution }, number) {
  const largest = Math.max(1, ...outputs);
  const active = largestByMap(outputs, shape.maps).filter((each) => each > largest / 2).length;
  const summary = isConvolution
    ? words.mapsSummary(shape, active, largest)
    : words.neuronsSummary(shape.maps, active, largest);
  const canvas = element("canvas", { ariaHidden: "true" }); // the summary below describes it
  drawGrid(canvas, byMap(outputs, shape).map((output) => Math.max(output, 0) / largest), shape);
  const grid = element("div", { className: "grid" }, element("div", {}, canvas));
  if (isOutput(layers[number])) grid.append(digits());
  return element("li", {}, element("h3", {}, words.layerTitle(layers, number)), grid, element("p", {}, summary));
}

/** The digits of the outputs, below their squares. */
function digits() {
  const each = Array.from({ length: 10 }, (_, digit) => element("span", {}, String(digit)));
  return element("div", { className: "grid-digits", ariaHidden: "true" }, ...each);
}

/** @returns {number[]} the largest output of each feature map; outputs are ordered by row, column and map */
function largestByMap(outputs, maps) {
  const largest = Array(maps).fill(-Infinity);
  outputs.forEach((output, place) => {
    const map = place % maps;
    largest[map] = Math.max(largest[map], output);
  });
  return largest;
}

/** @returns {number[]} outputs by row, map and column: the maps side by side */
function byMap(outputs, { columns, maps }) {
  return Array.from(outputs, (_, place) => {
    const [row, inRow] = [Math.floor(place / (maps * columns)), place % (maps * columns)];
    return outputs[(row * columns + (inRow % columns)) * maps + Math.floor(inRow / columns)];
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} levels 0..1, by row, map and column
 * @param {import("./layer_sums.js").Shape} shape a neuron of a dense layer is a map of its own, of 1 × 1
 */
function drawGrid(canvas, levels, shape) {
  const { neuron_px, columns, across_px, down_px } = layout(shape);
  canvas.width = columns * across_px - GAP_PX;
  canvas.height = Math.ceil(shape.maps / columns) * down_px - GAP_PX;
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  const maps = levelsImage(levels, shape.maps * shape.columns);
  for (let map = 0; map < shape.maps; map++) {
    const place = [(map % columns) * across_px, Math.floor(map / columns) * down_px];
    const size = [shape.columns, shape.rows];
    context.drawImage(maps, map * shape.columns, 0, ...size, ...place, ...size.map((side) => side * neuron_px));
  }
}

/** How the maps of a layer are arranged: the size of a neuron, maps in a row, from one map to the next. */
function layout({ rows, columns: width, maps }) {
  const neuron_px = width > 1 ? MAP_NEURON_PX : NEURON_PX;
  const columns = Math.min(maps, MAX_COLUMNS, powerOfTwoBelow(MAX_NEURONS_ACROSS / width));
  return { neuron_px, columns, across_px: width * neuron_px + GAP_PX, down_px: rows * neuron_px + GAP_PX };
}

/** So that the maps of a layer, usually a power of two, fill their rows. */
const powerOfTwoBelow = (number) => 2 ** Math.floor(Math.log2(number));
