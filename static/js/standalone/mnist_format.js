/**
 * Ink in the format of MNIST, as nn/reading/mnist_format.py: fitted to 20x20, its centre of mass in the middle of 28x28.
 *
 * @typedef {import("./ink.js").Ink} Ink
 */

export const SIDE_PX = 28; // of the network's input
export const INK_LEVEL = Math.fround(0.2); // from which a pixel belongs to a digit's outline
const DIGIT_PX = 20; // longest side of the digit in it
const SUPPORT = 2; // of the cubic, in pixels

/** @param {Ink} ink that is not blank @returns {{x: number, y: number, width: number, height: number}} */
export function outline({ pixels, width, height }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  pixels.forEach((level, place) => {
    if (level < INK_LEVEL) return;
    const [row, column] = [Math.floor(place / width), place % width];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  });
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** @param {Ink} ink @param {{x: number, y: number, width: number, height: number}} box @returns {Ink} the part in it */
export function crop({ pixels, width: stride }, { x, y, width, height }) {
  const at = (place) => pixels[(y + Math.floor(place / width)) * stride + x + (place % width)];
  return { pixels: Float32Array.from({ length: width * height }, (_, place) => at(place)), width, height };
}

/**
 * Returns ink resampled with antialiasing, its longer side 20 pixels, divided by its maximum.
 * @param {Ink} ink cropped to its outline
 * @returns {Ink}
 */
export function fit(ink) {
  const scale = DIGIT_PX / Math.max(ink.width, ink.height);
  const [width, height] = [ink.width, ink.height].map((side) => Math.max(1, roundHalfEven(side * scale)));
  const narrow = resampledColumns(ink, width);
  const { pixels } = transposed(resampledColumns(transposed(narrow), height));
  const most = pixels.reduce((largest, each) => Math.max(largest, each), 0);
  return { pixels: pixels.map((each) => Math.max(each, 0) / most), width, height };
}

/** @param {Ink} digit at most 28 a side @returns {Uint8Array} 784, its centre of mass in the middle; at the edge if too far off */
export function centre({ pixels, width, height }) {
  const left = startOf(width, (place) => place % width, pixels);
  const top = startOf(height, (place) => Math.floor(place / width), pixels);
  const image = new Uint8Array(SIDE_PX * SIDE_PX);
  pixels.forEach((level, place) => {
    image[(top + Math.floor(place / width)) * SIDE_PX + left + (place % width)] = roundHalfEven(Math.fround(level * 255));
  });
  return image;
}

/** @returns {number} where the digit begins: positions are rounded up, as MNIST's digits lie */
function startOf(length, coordinate, pixels) {
  let [mass, moment] = [0, 0];
  pixels.forEach((level, place) => {
    mass += level;
    moment += level * (coordinate(place) + 0.5);
  });
  return Math.min(Math.max(Math.ceil(SIDE_PX / 2 - moment / mass), 0), SIDE_PX - length);
}

/** Resamples each row by a cubic over all pixels that an output covers, as Pillow's BICUBIC. */
function resampledColumns({ pixels, width, height }, columns) {
  const step = width / columns;
  const stretch = Math.max(step, 1);
  const resampled = new Float32Array(columns * height);
  for (let column = 0; column < columns; column++) {
    const middle = (column + 0.5) * step;
    const first = Math.max(0, Math.trunc(middle - SUPPORT * stretch + 0.5));
    const end = Math.min(width, Math.trunc(middle + SUPPORT * stretch + 0.5));
    const weights = Array.from({ length: end - first }, (_, each) => cubic((first + each - middle + 0.5) / stretch));
    const total = weights.reduce((sum, each) => sum + each, 0);
    for (let row = 0; row < height; row++) {
      let sum = 0;
      weights.forEach((weight, each) => (sum += (weight / total) * pixels[row * width + first + each]));
      resampled[row * columns + column] = sum;
    }
  }
  return { pixels: resampled, width: columns, height };
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -1/2. */
function cubic(x) {
  const distance = Math.abs(x);
  if (distance < 1) return (1.5 * distance - 2.5) * distance ** 2 + 1;
  return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
}

function transposed({ pixels, width, height }) {
  const at = (place) => pixels[(place % height) * width + Math.floor(place / height)];
  return { pixels: Float32Array.from(pixels, (_, place) => at(place)), width: height, height: width };
}

/** Rounds as Python and numpy do: halves to even numbers. */
function roundHalfEven(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
