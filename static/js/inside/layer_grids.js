/**
 * Draws the layers of a network: one small square for each neuron, the brighter, the larger its activation. A
 * convolutional layer is drawn as its feature maps, a dense layer as single squares.
 */

import { element, placeOver } from "../ui/dom.js";
import { activationText } from "../ui/format.js";
import { levelsImage } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { layerTitle } from "./neuron_names.js";
import { isOutput, levelsOfMap, neuronAt } from "./sums.js";

// Drawn finer than shown: CSS scales the drawing down to the page.
const NEURON_PX = 20;
const MAP_NEURON_PX = 10; // of a neuron that is part of a feature map
const GAP_PX = 4;
const MAX_COLUMNS = 32;
const MAX_NEURONS_ACROSS = 100;

/** @typedef {import("./sums.js").Layer} Layer */

export class LayerGrids {
  #layers = [];
  #frame = element("span", { className: "touched", ariaHidden: "true" });

  /** @param {HTMLElement} list @param {(neuron: import("./sums.js").Neuron) => void} onTouch */
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

  /** Frames a neuron. @param {import("./sums.js").Neuron} neuron */
  mark({ layer: number, map, row, column }) {
    const grid = this.list.querySelectorAll(".grid")[number - 1];
    const { neuron_px, columns, across_px, down_px } = layout(this.#layers[number].shape);
    const x_px = (map % columns) * across_px + column * neuron_px;
    const y_px = Math.floor(map / columns) * down_px + row * neuron_px;
    placeOver(this.#frame, [x_px, y_px, neuron_px, neuron_px], grid.querySelector("canvas"));
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

function layerItem(layers, layer, number) {
  const canvas = element("canvas", { ariaHidden: "true" }); // the summary below describes it
  const maps = Array.from({ length: layer.shape.maps }, (_, map) => levelsOfMap(layer, map));
  drawGrid(canvas, maps, layer.shape);
  const grid = element("div", { className: "grid" }, element("div", {}, canvas));
  if (isOutput(layer)) grid.append(digits());
  const active = maps.filter((levels) => Math.max(...levels) > 0.5).length;
  const summary = element("p", {}, summaryOf(layer, active));
  return element("li", {}, element("h3", {}, layerTitle(layers, number)), grid, summary);
}

/** @param {number} active maps, or neurons, with an activation above half of the largest */
function summaryOf({ isConvolution, largest, shape: { maps, rows, columns } }, active) {
  const values = { maps, rows, columns, neurons: maps, active, largest: activationText(largest) };
  if (isConvolution) {
    return largest === 1
      ? translate("{maps} feature maps of {columns} × {rows} neurons, one for each filter; {active} with an activation above 0.5", values)
      : translate(
          "{maps} feature maps of {columns} × {rows} neurons, one for each filter; {active} with an activation above " +
            "half of the largest ({largest})",
          values,
        );
  }
  return largest === 1
    ? translate("{neurons} neurons, {active} with an activation above 0.5", values)
    : translate("{neurons} neurons, {active} with an activation above half of the largest ({largest})", values);
}

/** The digits of the outputs, below their squares. */
function digits() {
  const each = Array.from({ length: 10 }, (_, digit) => element("span", {}, String(digit)));
  return element("div", { className: "grid-digits", ariaHidden: "true" }, ...each);
}

/** @param {number[][]} maps levels of each, by row; a neuron of a dense layer is a map of 1 × 1 */
function drawGrid(canvas, maps, shape) {
  const { neuron_px, columns, across_px, down_px } = layout(shape);
  canvas.width = columns * across_px - GAP_PX;
  canvas.height = Math.ceil(shape.maps / columns) * down_px - GAP_PX;
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  const image = levelsImage(maps.flat(), shape.columns); // one map below the other
  const size = [shape.columns, shape.rows];
  for (let map = 0; map < shape.maps; map++) {
    const place = [(map % columns) * across_px, Math.floor(map / columns) * down_px];
    context.drawImage(image, 0, map * shape.rows, ...size, ...place, ...size.map((side) => side * neuron_px));
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
