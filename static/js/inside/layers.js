/**
 * Draws the hidden layers of a network: one small square for each neuron, the brighter, the larger its activation. A
 * convolutional layer is drawn as its feature maps, a dense layer as single squares.
 */

import { element } from "./dom.js";
import { words } from "./words.js";

// Drawn finer than shown: CSS scales the drawing down to the page.
const NEURON_PX = 20;
const MAP_NEURON_PX = 10; // of a neuron that is part of a feature map
const GAP_PX = 4;
const MAX_COLUMNS = 32;
const MAX_NEURONS_ACROSS = 100;
const DARK = [38, 43, 77]; // red, green, blue
const BRIGHT = [255, 236, 179];

/**
 * @param {HTMLElement} list gets one item for each layer
 * @param {import("../api.js").Layer[]} layers from the input to the output
 */
export function showLayers(list, layers) {
  list.replaceChildren(...layers.map(layerItem));
}

/**
 * @param {MouseEvent} event on the drawing of a convolutional layer
 * @param {import("../api.js").Layer} layer
 * @returns {number?} the place of the output that was touched, by row, column and map; null for a gap
 */
export function touchedOutput({ target, offsetX, offsetY }, { shape: [height, width, maps] }) {
  const { paddingLeft } = getComputedStyle(target);
  const scale = target.width / (target.clientWidth - 2 * parseFloat(paddingLeft));
  const [x_px, y_px] = [offsetX, offsetY].map((each) => (each - parseFloat(paddingLeft)) * scale);
  const { columns, across_px, down_px } = layout({ height, width, maps });
  const map = Math.floor(y_px / down_px) * columns + Math.floor(x_px / across_px);
  const [column, row] = [x_px % across_px, y_px % down_px].map((each) => Math.floor(each / MAP_NEURON_PX));
  const isNeuron = x_px >= 0 && y_px >= 0 && column < width && row < height && map < maps;
  return isNeuron ? (row * width + column) * maps + map : null;
}

function layerItem({ name, shape, outputs }, index) {
  const isConvolution = shape.length === 3;
  const [height, width, maps] = isConvolution ? shape : [1, 1, outputs.length];
  const largest = Math.max(1, ...outputs);
  const active = largestByMap(outputs, maps).filter((each) => each > largest / 2).length;
  const title = words.layerTitle(name, index + 1, isConvolution);
  const summary = isConvolution
    ? words.mapsSummary(maps, { height, width }, active, largest)
    : words.neuronsSummary(maps, active, largest);
  const grid = element("canvas", { ariaHidden: "true" }); // the summary below describes it
  drawGrid(grid, outputs.map((output) => Math.max(output, 0) / largest), { height, width, maps });
  return element("li", {}, element("h2", {}, title), grid, element("p", {}, summary));
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

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} levels 0..1, by row, column and map
 * @param {{height: number, width: number, maps: number}} shape a neuron of a dense layer is a map of
 *   its own, of 1 × 1
 */
function drawGrid(canvas, levels, { height, width, maps }) {
  const { neuron_px, columns, across_px, down_px } = layout({ height, width, maps });
  canvas.width = columns * across_px - GAP_PX;
  canvas.height = Math.ceil(maps / columns) * down_px - GAP_PX;
  const context = canvas.getContext("2d");
  levels.forEach((level, place) => {
    const map = place % maps;
    const neuron = Math.floor(place / maps);
    const x_px = (map % columns) * across_px + (neuron % width) * neuron_px;
    const y_px = Math.floor(map / columns) * down_px + Math.floor(neuron / width) * neuron_px;
    context.fillStyle = colour(level);
    context.fillRect(x_px, y_px, neuron_px, neuron_px);
  });
}

/** How the maps of a layer are arranged: the size of a neuron, maps in a row, from one map to the next. */
function layout({ height, width, maps }) {
  const neuron_px = width > 1 ? MAP_NEURON_PX : NEURON_PX;
  const columns = Math.min(maps, MAX_COLUMNS, powerOfTwoBelow(MAX_NEURONS_ACROSS / width));
  return { neuron_px, columns, across_px: width * neuron_px + GAP_PX, down_px: height * neuron_px + GAP_PX };
}

/** So that the maps of a layer, usually a power of two, fill their rows. */
const powerOfTwoBelow = (number) => 2 ** Math.floor(Math.log2(number));

const colour = (level) =>
  `rgb(${DARK.map((dark, part) => Math.round(dark + level * (BRIGHT[part] - dark)))})`;
