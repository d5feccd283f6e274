/** Draws the hidden layers of the network: one small square a neuron, the brighter the more active. */

import { words } from "./words.js";

// A weighted sum shows again in the layer above it; dropout changes nothing outside training.
const NOT_SHOWN = /^(Dense|Conv|Dropout)/;
const CELL_PX = 20; // drawn finer than shown: CSS scales the picture down to the page
const GAP_PX = 4;
const MAX_COLUMNS = 32;
const SILENT = [38, 43, 77]; // red, green, blue
const ACTIVE = [255, 236, 179];

/**
 * @param {HTMLElement} list takes one item a layer
 * @param {import("./api.js").Layer[]} layers bottom up
 */
export function showLayers(list, layers) {
  const shown = layers.filter(({ name }) => !NOT_SHOWN.test(name));
  list.replaceChildren(...shown.map(layerItem));
}

function layerItem({ name, outputs }, index) {
  const brightest = Math.max(1, ...outputs);
  const active = outputs.filter((output) => output > brightest / 2).length;
  const summary = words.layerSummary(outputs.length, active, brightest);
  const title = element("h2", words.layerTitle(name, index + 1));
  const grid = document.createElement("canvas");
  grid.setAttribute("aria-hidden", "true"); // the summary below says it in words
  drawGrid(grid, outputs.map((output) => Math.max(output, 0) / brightest));
  const item = document.createElement("li");
  item.append(title, grid, element("p", summary));
  return item;
}

/** @param {HTMLCanvasElement} canvas @param {number[]} levels 0..1, from the top left in rows */
function drawGrid(canvas, levels) {
  const columns = Math.min(levels.length, MAX_COLUMNS);
  const pitch_px = CELL_PX + GAP_PX;
  canvas.width = columns * pitch_px - GAP_PX;
  canvas.height = Math.ceil(levels.length / columns) * pitch_px - GAP_PX;
  const context = canvas.getContext("2d");
  levels.forEach((level, neuron) => {
    const column = neuron % columns;
    const row = Math.floor(neuron / columns);
    context.fillStyle = colour(level);
    context.fillRect(column * pitch_px, row * pitch_px, CELL_PX, CELL_PX);
  });
}

const colour = (level) =>
  `rgb(${SILENT.map((silent, part) => Math.round(silent + level * (ACTIVE[part] - silent)))})`;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
