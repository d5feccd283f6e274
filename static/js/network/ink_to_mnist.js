/**
 * The ink of an evenly lit picture by one threshold, as nn/reading/page/light.py; its pieces: whether it may be more than one
 * digit, or has other ink beside it; and one digit in MNIST's format, as nn/reading/mnist.py: fitted to 20x20, its centre
 * of mass in the middle of 28x28.
 *
 * @typedef {{pixels: Uint8Array, width: number, height: number}} Grey levels by row
 * @typedef {{pixels: Float32Array, width: number, height: number}} Ink from 0 for paper to 1, by row
 * @typedef {{ink: Ink, box: {x: number, y: number, width: number, height: number}, digit: Ink, digits: Box[], others: Box[],
 *   scaled: Ink, image: Uint8Array}} Prepared the box of the ink, the ink in it, what is side by side in it as
 *   `inkSideBySide` returns it, and the 784 levels of the network's input
 */

const MIN_CONTRAST = 24; // least grey levels of 255 from paper to ink
const MAX_PAPER_CONTRAST = 0.1; // contrast up to which paper is still paper
const MIN_FULL_INK_CONTRAST = 0.9; // contrast from which ink is 1
const MAX_INK_SHARE = 0.2; // share of ink in a picture up to which the median is surely paper
const CORNER = 10; // a corner's side is a tenth of the picture's
const LEVELS = 256;

/** @param {ImageData} image without transparency @returns {Grey} by the rounding of Pillow's "L" (ITU-R 601-2 luma) */
export function toGrey({ data, width, height }) {
  const pixels = new Uint8Array(width * height); // filled by loops, here and below: a stroke that is drawn is read at every frame
  for (let place = 0, at = 0; place < pixels.length; place++, at += 4) {
    pixels[place] = (19595 * data[at] + 38470 * data[at + 1] + 7471 * data[at + 2] + 0x8000) >> 16;
  }
  return { pixels, width, height };
}

/** Prepares the picture of one digit for a network. @param {Grey} grey dark on light or light on dark @returns {Prepared?} null for a blank one */
export function prepare(grey) {
  const ink = inkByGlobalThreshold(grey);
  if (!ink) return null;
  const box = outline(ink);
  const digit = crop(ink, box);
  const scaled = fit(digit);
  return { ink, box, digit, ...inkSideBySide(digit), scaled, image: centre(scaled) };
}

/** @param {Ink} ink of one digit, with paper around it @returns {Uint8Array} the 784 levels of the network's input */
export const imageOf = (ink) => centre(fit(croppedDigit(ink)));

/** @param {Ink} ink of one digit, with paper around it @returns {Ink} cropped to its outline */
export const croppedDigit = (ink) => crop(ink, outline(ink));

/** @param {Grey} grey @returns {Ink?} null for a blank picture */
function inkByGlobalThreshold(grey) {
  const counts = histogram(grey.pixels);
  const [paper, ink] = paperAndInk(grey, counts);
  if (Math.abs(ink - paper) < MIN_CONTRAST) return null;
  const ofLevels = Float32Array.from({ length: LEVELS }, (_, level) => {
    const contrast = (level - paper) / (ink - paper);
    return Math.min(Math.max((contrast - MAX_PAPER_CONTRAST) / (MIN_FULL_INK_CONTRAST - MAX_PAPER_CONTRAST), 0), 1);
  });
  const pixels = new Float32Array(grey.pixels.length);
  for (let place = 0; place < pixels.length; place++) pixels[place] = ofLevels[grey.pixels[place]];
  return { ...grey, pixels };
}

/** @returns {Float64Array} the number of pixels of each level */
function histogram(pixels) {
  const counts = new Float64Array(LEVELS);
  for (const level of pixels) counts[level]++;
  return counts;
}

/** @returns {number} the median level of a histogram */
function median(counts) {
  const half = sum(counts) / 2;
  let upTo = 0;
  return counts.findIndex((count) => (upTo += count) >= half);
}

/**
 * Returns the levels of paper and ink. Paper is the median level, ink is on the side to which the third moment about it is
 * skewed. Where ink covers so much that it may be the median itself, the level of the frame is paper.
 */
function paperAndInk(grey, counts) {
  const paper = median(counts);
  const [darkest, lightest] = [counts.findIndex(Boolean), counts.findLastIndex(Boolean)];
  const isDarker = sum(counts.map((count, level) => count * (level - paper) ** 3)) < 0;
  const ink = isDarker ? darkest : lightest;
  const middle = (paper + ink) / 2;
  const nearerToInk = isDarker ? counts.slice(0, Math.ceil(middle)) : counts.slice(Math.floor(middle) + 1);
  if (sum(nearerToInk) <= MAX_INK_SHARE * grey.pixels.length) return [paper, ink];
  const isDark = (level) => darkest + lightest > 2 * level;
  if (shareInFrame(grey, isDark) > 0.5) return [median(counts.map((count, level) => (isDark(level) ? count : 0))), lightest];
  return [median(counts.map((count, level) => (isDark(level) ? 0 : count))), darkest];
}

/** @returns {number} the share, 0 to 1, of a picture's edges and corners that is dark */
function shareInFrame({ pixels, width, height }, isDark) {
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.floor(side / CORNER)));
  const edges = { dark: 0, all: 0 };
  const corners = { dark: 0, all: 0 };
  const count = (part, dark) => {
    part.all++;
    part.dark += dark;
  };
  pixels.forEach((level, place) => {
    const [row, column] = [Math.floor(place / width), place % width];
    const dark = Number(isDark(level));
    if (row === 0 || row === height - 1 || column === 0 || column === width - 1) count(edges, dark);
    if ((row < rows || row >= height - rows) && (column < columns || column >= width - columns)) count(corners, dark);
  });
  return (edges.dark / edges.all + corners.dark / corners.all) / 2;
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

const WORKING_PX = 80; // height of a digit to which ink is reduced: narrow gaps close, as in the network's input
const MIN_DIGIT_HEIGHT = 0.5; // of a digit beside another, over the height of both

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box its ends are exclusive */

/**
 * Returns the boxes of ink side by side: those as high as digits, and lower ones, such as a point or a minus. Pieces below
 * or above each other, such as the bar of a 5, are in one box.
 * @param {Ink} ink cropped to its outline
 * @returns {{digits: Box[], others: Box[]}} from left to right, in pixels of the ink
 */
function inkSideBySide(ink) {
  const reduced = atWorkingSize(ink);
  const [across, down] = [ink.width / reduced.width, ink.height / reduced.height];
  const isDigit = ({ top, bottom }) => bottom - top >= MIN_DIGIT_HEIGHT * reduced.height;
  const inInk = ({ left, top, right, bottom }) => ({
    ...{ left: left * across, top: top * down, right: right * across, bottom: bottom * down },
  });
  const boxes = connectedColumns(reduced);
  return { digits: boxes.filter(isDigit).map(inInk), others: boxes.filter((box) => !isDigit(box)).map(inInk) };
}

/** @param {Ink} ink @returns {Box[]} of columns that are connected: a pixel of one touches one of the next, or its corner */
function connectedColumns({ pixels, width, height }) {
  const isInk = (x, y) => y >= 0 && y < height && pixels[y * width + x] >= INK_LEVEL;
  const boxes = [];
  for (let x = 0; x < width; x++) {
    const rows = [...Array(height).keys()].filter((y) => isInk(x, y));
    if (rows.length === 0) continue;
    const isConnected = x > 0 && rows.some((y) => isInk(x - 1, y - 1) || isInk(x - 1, y) || isInk(x - 1, y + 1));
    if (!isConnected) boxes.push({ left: x, top: height, right: x, bottom: 0 });
    const box = boxes.at(-1);
    Object.assign(box, { top: Math.min(box.top, rows[0]), right: x + 1, bottom: Math.max(box.bottom, rows.at(-1) + 1) });
  }
  return boxes;
}

/** @returns {Ink} the mean of each square of pixels, divided by the largest */
export function atWorkingSize(ink) {
  const side = Math.max(1, Math.round(ink.height / WORKING_PX));
  if (side === 1) return ink;
  const [width, height] = [ink.width, ink.height].map((each) => Math.max(1, Math.ceil(each / side)));
  const pixels = new Float32Array(width * height);
  ink.pixels.forEach((level, place) => {
    const [row, column] = [Math.floor(place / ink.width / side), Math.floor((place % ink.width) / side)];
    pixels[row * width + column] += level / side ** 2;
  });
  const most = pixels.reduce((largest, each) => Math.max(largest, each), 0);
  return { pixels: pixels.map((each) => each / most), width, height };
}

const SIDE_PX = 28; // of the network's input
export const INK_LEVEL = Math.fround(0.2); // from which a pixel belongs to a digit's outline
const DIGIT_PX = 20; // longest side of the digit in it
const SUPPORT = 2; // of the cubic, in pixels

/** @param {Ink} ink that is not blank @returns {{x: number, y: number, width: number, height: number}} */
function outline({ pixels, width, height }) {
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
function crop({ pixels, width: stride }, { x, y, width, height }) {
  const cropped = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * stride + x;
    cropped.set(pixels.subarray(start, start + width), row * width);
  }
  return { pixels: cropped, width, height };
}

/** @param {Ink} ink cropped to its outline @returns {Ink} resampled with antialiasing, its longer side 20 pixels, over its maximum */
function fit(ink) {
  const scale = DIGIT_PX / Math.max(ink.width, ink.height);
  const [width, height] = [ink.width, ink.height].map((side) => Math.max(1, roundHalfEven(side * scale)));
  const narrow = resampledColumns(ink, width);
  const { pixels } = transposed(resampledColumns(transposed(narrow), height));
  const most = pixels.reduce((largest, each) => Math.max(largest, each), 0);
  return { pixels: pixels.map((each) => Math.max(each, 0) / most), width, height };
}

/** @param {Ink} digit at most 28 a side @returns {Uint8Array} 784, its centre of mass in the middle; at the edge if too far off */
function centre({ pixels, width, height }) {
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
