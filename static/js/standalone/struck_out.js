/** Whether a long level line strikes a digit out, as `is_struck_out` of nn/reading/lines/look_alikes.py, which says why these limits. */

import { atWorkingSize, INK_LEVEL } from "../network/ink_to_mnist.js";

const MIN_LENGTH = 1.2; // of the line, over the digit's height
const MIN_WIDTH = 0.8; // share of the digit's columns that it crosses
const BAND = [0.2, 0.85]; // rows in which it does, over the digit's height
const SLOPES = Array.from({ length: 11 }, (_, place) => (place - 5) / 20); // rows that it rises for each column

/** @param {import("../network/ink_to_mnist.js").Ink} digit cropped to its outline @returns {boolean} */
export function isStruckOut(digit) {
  if (digit.width < MIN_LENGTH * digit.height) return false;
  const ink = atWorkingSize(digit);
  const length = Math.round(MIN_LENGTH * ink.height);
  return SLOPES.some((slope) => columnsCrossed(ink, length, slope) >= MIN_WIDTH * ink.width);
}

/** @returns {number} how many columns lines of this length and slope cross in the band, wherever they have room in the ink */
function columnsCrossed({ pixels, width, height }, length, slope) {
  const [top, bottom] = BAND.map((share) => Math.round(share * height));
  const falls = Int32Array.from({ length }, (_, step) => Math.round(-slope * step));
  const crossed = new Set();
  for (let x = 0; x + length <= width; x++) {
    for (let y = 0; y < height; y++) {
      const isInk = (fall, step) => y + fall >= 0 && y + fall < height && pixels[(y + fall) * width + x + step] >= INK_LEVEL;
      if (!falls.every(isInk)) continue;
      falls.forEach((fall, step) => {
        if (y + fall >= top && y + fall < bottom) crossed.add(x + step);
      });
    }
  }
  return crossed.size;
}
