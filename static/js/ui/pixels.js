/** Pictures of 28 × 28 pixels, and other grids of numbers: where things lie in them, how they are drawn and read. */

import { element } from "./dom.js";

export const SIDE = 28;

const DARK = [38, 43, 77]; // red, green, blue of an activation of 0
const BRIGHT = [255, 236, 179]; // and of the largest
const FRAME = 5; // the part of 280 pixels that a frame is wide
const INSET = 0.2; // of a cell: that much smaller on each side are the squares of numbers below 0
const CLIPPED = 0.99; // of the weights that are paler than the full colour
const LAST_WHITE = 117; // grey level on which white has the larger contrast

/** @param {number} place 0..783 @returns {{row: number, column: number}} from 1, as people count */
export const rowAndColumn = (place) => ({
  row: Math.floor(place / SIDE) + 1,
  column: (place % SIDE) + 1,
});

/** @param {ArrayLike<number>} pixels @returns {{x: number, y: number}} the centre of mass, in pixels from the corner */
export function centreOfMass(pixels) {
  let [mass, x, y] = [0, 0, 0];
  for (let place = 0; place < pixels.length; place++) {
    mass += pixels[place];
    x += pixels[place] * ((place % SIDE) + 0.5);
    y += pixels[place] * (Math.floor(place / SIDE) + 0.5);
  }
  return { x: x / mass, y: y / mass };
}

/** @returns {{left: number, top: number, width: number, height: number}} of the pixels above 0, in pixels */
export function outline(pixels) {
  const places = Array.from(pixels, (pixel, place) => (pixel > 0 ? place : -1)).filter((place) => place >= 0);
  const columns = places.map((place) => place % SIDE);
  const rows = places.map((place) => Math.floor(place / SIDE));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { left, top, width: Math.max(...columns) - left + 1, height: Math.max(...rows) - top + 1 };
}

/** @returns {number} how far ink moves to the right from a row to the next: covariance of x and y over the variance of y */
export function slantOf(pixels) {
  const { x, y } = centreOfMass(pixels);
  let [covariance, variance] = [0, 0];
  for (let place = 0; place < pixels.length; place++) {
    const [right, down] = [(place % SIDE) + 0.5 - x, Math.floor(place / SIDE) + 0.5 - y];
    covariance += pixels[place] * right * down;
    variance += pixels[place] * down * down;
  }
  return variance > 0 ? covariance / variance : 0;
}

/** @typedef {{plus: string, minus: string, zero: string, mark: string}} Palette */

/** @param {HTMLElement} element @returns {Palette} the colours for numbers above, below and at 0, and for a mark on black */
export function paletteOf(element) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(name).trim();
  return { plus: colour("--plus"), minus: colour("--minus"), zero: colour("--zero"), mark: colour("--mark") };
}

/** Calls a function when colours change: another theme, forced colours, or on paper. */
export function onPaletteChange(callback) {
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
    matchMedia(query).addEventListener("change", callback);
  }
}

/**
 * Draws numbers by sign and magnitude. Where a cell has several pixels, those below 0 are smaller squares, so that they
 * differ without colours, too.
 * @param {HTMLCanvasElement} canvas a multiple of the columns wide
 * @param {ArrayLike<number>} values by row
 * @param {number} limit the magnitude that has the full colour
 * @param {Partial<Palette>} palette without a colour for 0 they are drawn over what is there
 */
export function drawSigned(canvas, values, limit, { plus, minus, zero }, columns = SIDE) {
  const context = canvas.getContext("2d");
  const cell = canvas.width / columns;
  context.globalAlpha = 1;
  if (zero) {
    context.fillStyle = zero;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  for (let place = 0; place < values.length; place++) {
    const inset = values[place] < 0 ? Math.floor(INSET * cell) : 0;
    context.globalAlpha = Math.min(Math.abs(values[place]) / limit, 1);
    context.fillStyle = values[place] > 0 ? plus : minus;
    const [x, y] = [(place % columns) * cell, Math.floor(place / columns) * cell];
    context.fillRect(x + inset, y + inset, cell - 2 * inset, cell - 2 * inset);
  }
  context.globalAlpha = 1;
}

const SHADES = 255; // of a colour

/** @param {Palette} palette @returns {Uint32Array} pixels for `drawShades`, from the lowest number to the highest */
export function shadesOf(palette) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const [plus, minus, zero] = [palette.plus, palette.minus, palette.zero].map((colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  });
  const bytes = new Uint8ClampedArray(4 * (2 * SHADES + 1)).fill(255); // opaque
  for (let step = -SHADES; step <= SHADES; step++) {
    const [share, colour] = [Math.abs(step) / SHADES, step > 0 ? plus : minus];
    for (let part = 0; part < 3; part++) bytes[4 * (step + SHADES) + part] = zero[part] + share * (colour[part] - zero[part]);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Draws a pixel for each number: at every frame, and so by whole pixels, not by rectangles.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {Uint32Array} shades
 * @param {(place: number) => number} shareAt -1..1, by row; beyond these the shade is that of the limit
 */
export function drawShades(canvas, shades, shareAt) {
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let place = 0; place < pixels.length; place++) {
    pixels[place] = shades[Math.round((Math.max(-1, Math.min(shareAt(place), 1)) + 1) * SHADES)];
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** @returns {number} the largest magnitude, or 1 where all numbers are 0: a limit to draw them by */
export const largestMagnitude = (numbers) => Math.max(...numbers.map(Math.abs)) || 1;

/** @returns {number} a magnitude that few weights exceed, so that one of them does not make all others pale */
export function usualLimit(weights) {
  const magnitudes = Float32Array.from(weights, Math.abs).sort();
  return magnitudes[Math.floor(CLIPPED * (magnitudes.length - 1))];
}

/**
 * @param {ArrayLike<number>} levels 0..1, by row
 * @param {number[]} [dark] red, green, blue of 0 @param {number[]} [bright] and of 1
 * @returns {OffscreenCanvas} a pixel for each: to be drawn larger
 */
export function levelsImage(levels, columns, dark = DARK, bright = BRIGHT) {
  const made = new OffscreenCanvas(columns, levels.length / columns);
  const image = new ImageData(made.width, made.height);
  image.data.fill(255); // opaque
  for (let place = 0; place < levels.length; place++) {
    for (let part = 0; part < 3; part++) image.data[4 * place + part] = dark[part] + levels[place] * (bright[part] - dark[part]);
  }
  made.getContext("2d").putImageData(image, 0, 0);
  return made;
}

/** Fills a canvas. @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} levels 0..1, by row */
export const drawLevels = (canvas, levels, columns) => drawEnlarged(canvas, levelsImage(levels, columns));

/** Draws a digit black to white. @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {ArrayLike<number>} pixels 784, 0..1 */
export const drawPixels = (canvas, pixels, columns = SIDE) =>
  drawEnlarged(canvas, levelsImage(pixels, columns, [0, 0, 0], [255, 255, 255]));

function drawEnlarged(canvas, image) {
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
}

/** @param {ArrayLike<number>} pixels 784, 0..1 @param {string} [label] for people who do not see it */
export function pixelCanvas(pixels, label) {
  const canvas = element("canvas", { width: SIDE, height: SIDE, ...(label && { role: "img", ariaLabel: label }) });
  drawPixels(canvas, pixels);
  return canvas;
}

/** @param {ArrayLike<number>} levels of pixels, 0 for paper to 255 for ink @returns {Float32Array} the inputs of a network, 0..1 */
export function inputsOf(levels) {
  const inputs = new Float32Array(levels.length); // by Float32Array.from, the 11 million of the lesson set take a second
  for (let place = 0; place < levels.length; place++) inputs[place] = levels[place] / 255;
  return inputs;
}

/** @param {ArrayLike<number>} levels 784, 0 to 255 @returns {string} a picture of them, as `readLevels` takes it */
export const levelsUrl = (levels) => pixelCanvas(inputsOf(levels)).toDataURL();

/**
 * Frames some squares of a picture, within their edge.
 * @param {number} cell the side of a square @param {string} colour @param {number} [line_px] the width of the line
 */
export function frame(canvas, { top, left, height, width }, cell, colour, line_px = Math.max(2, (FRAME * canvas.width) / 280)) {
  const context = canvas.getContext("2d");
  const strokes = [
    ["black", 2 * line_px], // so that it is seen on bright squares, too
    [colour, line_px],
  ];
  for (const [style, width_px] of strokes) {
    [context.strokeStyle, context.lineWidth] = [style, width_px];
    const [x, y] = [left * cell + width_px / 2, top * cell + width_px / 2];
    context.strokeRect(x, y, width * cell - width_px, height * cell - width_px);
  }
}

/** Frames one square. @param {number} [line_px] as of `frame` */
export function frameCell(canvas, { row, column }, columns, colour, line_px) {
  frame(canvas, { top: row, left: column, height: 1, width: 1 }, canvas.width / columns, colour, line_px);
}

/** @param {string} url of a picture of 28 × 28 pixels @returns {Promise<number[]>} 784 levels, 0 to 255 */
export async function readLevels(url) {
  const picture = new Image(SIDE, SIDE);
  picture.src = url;
  await picture.decode();
  return greyLevels(picture);
}

/** @param {string} url of a picture of 28 × 28 pixels @returns {Promise<Float32Array>} 784 numbers, 0 to 1 */
export const readPixels = async (url) => inputsOf(await readLevels(url));

/** @param {HTMLImageElement} picture of 28 × 28 pixels that is loaded @returns {number[]} 784 levels, 0 to 255 */
export function greyLevels(picture) {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Array.from({ length: SIDE * SIDE }, (_, place) => data[4 * place]);
}

/** Fills a table with numbers, each on its grey. @param {ArrayLike<number>} levels 784, 0 for paper to 255 for ink */
export function fillPixelTable(table, levels) {
  const header = (text, scope) => element("th", { scope }, String(text));
  const row = (_, y) =>
    element("tr", {}, header(y + 1, "row"), ...Array.from(levels).slice(y * SIDE, (y + 1) * SIDE).map(levelCell));
  const columns = Array.from({ length: SIDE }, (_, x) => header(x + 1, "col"));
  table.replaceChildren(
    element("thead", {}, element("tr", {}, element("td"), ...columns)),
    element("tbody", {}, ...Array.from({ length: SIDE }, row)),
  );
}

function levelCell(level) {
  const made = element("td", {}, String(level));
  made.style.setProperty("--level", level);
  made.classList.toggle("is-paper", level === 0);
  made.classList.toggle("is-bright", level > LAST_WHITE);
  return made;
}
