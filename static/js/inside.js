/**
 * Shows how a picture became ink, and draws the hidden layers of the network: one small square a neuron, the brighter the more active.
 * The neurons of a convolutional layer are the pixels of pictures, those of a dense layer stand alone.
 */

import { words } from "./words.js";

// Drawn finer than shown: CSS scales the drawing down to the page.
const NEURON_PX = 20;
const PIXEL_PX = 10; // of a neuron that is part of a picture
const GAP_PX = 4;
const MAX_COLUMNS = 32;
const MAX_NEURONS_ACROSS = 100;
const SILENT = [38, 43, 77]; // red, green, blue
const ACTIVE = [255, 236, 179];

/**
 * @param {HTMLElement} list takes one small picture a stage
 * @param {import("./api.js").Stage[]} stages in the order in which they are taken
 */
export function showStages(list, stages) {
  list.replaceChildren(...stages.map(stageItem));
}

function stageItem({ caption, image }) {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.alt = ""; // the caption below says it in words
  picture.src = image;
  item.append(picture, element("p", caption));
  return item;
}

/**
 * @param {HTMLElement} list takes one item a layer
 * @param {import("./api.js").Layer[]} layers bottom up
 */
export function showLayers(list, layers) {
  list.replaceChildren(...layers.map(layerItem));
}

function layerItem({ name, shape, outputs }, index) {
  const isConvolution = shape.length === 3;
  const [height, width, pictures] = isConvolution ? shape : [1, 1, outputs.length];
  const brightest = Math.max(1, ...outputs);
  const peaks = peaksOf(outputs, pictures);
  const active = peaks.filter((peak) => peak > brightest / 2).length;
  const title = words.layerTitle(name, index + 1, isConvolution);
  const summary = isConvolution
    ? words.picturesSummary(pictures, { height, width }, active, brightest)
    : words.layerSummary(pictures, active, brightest);
  const grid = document.createElement("canvas");
  grid.setAttribute("aria-hidden", "true"); // the summary below says it in words
  drawGrid(grid, outputs.map((output) => Math.max(output, 0) / brightest), { height, width, pictures });
  const item = document.createElement("li");
  item.append(element("h2", title), grid, element("p", summary));
  return item;
}

/** @returns {number[]} the largest output of each picture; those of one pixel lie side by side */
function peaksOf(outputs, pictures) {
  const peaks = Array(pictures).fill(-Infinity);
  outputs.forEach((output, place) => {
    const picture = place % pictures;
    peaks[picture] = Math.max(peaks[picture], output);
  });
  return peaks;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} levels 0..1, by row, column and picture
 * @param {{height: number, width: number, pictures: number}} shape a neuron that stands alone is a
 *   picture of one pixel
 */
function drawGrid(canvas, levels, { height, width, pictures }) {
  const pixel_px = width > 1 ? PIXEL_PX : NEURON_PX;
  const columns = Math.min(pictures, MAX_COLUMNS, powerOfTwoBelow(MAX_NEURONS_ACROSS / width));
  const [across_px, down_px] = [width * pixel_px + GAP_PX, height * pixel_px + GAP_PX];
  canvas.width = columns * across_px - GAP_PX;
  canvas.height = Math.ceil(pictures / columns) * down_px - GAP_PX;
  const context = canvas.getContext("2d");
  levels.forEach((level, place) => {
    const picture = place % pictures;
    const pixel = Math.floor(place / pictures);
    const x_px = (picture % columns) * across_px + (pixel % width) * pixel_px;
    const y_px = Math.floor(picture / columns) * down_px + Math.floor(pixel / width) * pixel_px;
    context.fillStyle = colour(level);
    context.fillRect(x_px, y_px, pixel_px, pixel_px);
  });
}

/** So that the pictures of a layer, a power of two as a rule, fill their rows. */
const powerOfTwoBelow = (number) => 2 ** Math.floor(Math.log2(number));

const colour = (level) =>
  `rgb(${SILENT.map((silent, part) => Math.round(silent + level * (ACTIVE[part] - silent)))})`;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
