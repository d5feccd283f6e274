/** The pieces of a drawing's ink: whether it may be more than one digit, or has other ink beside it. */

import { INK_LEVEL } from "./mnist_format.js";

const WORKING_PX = 80; // height of a digit to which ink is reduced: narrow gaps close, as in the network's input
const MIN_DIGIT_HEIGHT = 0.5; // of a digit beside another, over the height of both

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box its ends are exclusive */

/**
 * Returns the boxes of ink side by side: those as high as digits, and lower ones, such as a point or a minus. Pieces below
 * or above each other, such as the bar of a 5, are in one box.
 * @param {import("./threshold.js").Ink} ink cropped to its outline
 * @returns {{digits: Box[], others: Box[]}} from left to right, in pixels of the ink
 */
export function inkSideBySide(ink) {
  const reduced = atWorkingSize(ink);
  const columns = [];
  for (const box of components(reduced).sort((one, other) => one.left - other.left)) {
    const last = columns.at(-1);
    if (last && box.left < last.right) columns[columns.length - 1] = joined(last, box);
    else columns.push(box);
  }
  const isDigit = ({ top, bottom }) => bottom - top >= MIN_DIGIT_HEIGHT * reduced.height;
  const inInk = ({ left, top, right, bottom }) => {
    const [across, down] = [ink.width / reduced.width, ink.height / reduced.height];
    return { left: left * across, top: top * down, right: right * across, bottom: bottom * down };
  };
  const digits = columns.filter(isDigit).map(inInk);
  const others = columns.filter((box) => !isDigit(box)).map(inInk);
  return { digits, others };
}

const joined = (one, other) => ({
  left: Math.min(one.left, other.left),
  top: Math.min(one.top, other.top),
  right: Math.max(one.right, other.right),
  bottom: Math.max(one.bottom, other.bottom),
});

/** @returns {import("./threshold.js").Ink} the mean of each square of pixels, divided by the largest */
function atWorkingSize(ink) {
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

/** @returns {Box[]} of the connected components, with 8 neighbours */
function components({ pixels, width, height }) {
  const isFree = Array.from(pixels, (level) => level >= INK_LEVEL);
  const boxes = [];
  isFree.forEach((_, place) => {
    if (isFree[place]) boxes.push(filled(isFree, place, width, height));
  });
  return boxes;
}

/** Fills one component, and returns its box. */
function filled(isFree, start, width, height) {
  let box = null;
  const queue = [start];
  isFree[start] = false;
  while (queue.length > 0) {
    const place = queue.pop();
    const [row, column] = [Math.floor(place / width), place % width];
    const pixel = { left: column, top: row, right: column + 1, bottom: row + 1 };
    box = box ? joined(box, pixel) : pixel;
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
        if (!isFree[y * width + x]) continue;
        isFree[y * width + x] = false;
        queue.push(y * width + x);
      }
    }
  }
  return box;
}
