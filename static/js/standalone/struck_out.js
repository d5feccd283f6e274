/** Whether a long level line strikes a digit out, as `is_struck_out` of nn/reading/lines/look_alikes.py, which says why these limits. */

import { atWorkingSize, INK_LEVEL } from "../network/ink_to_mnist.js";

const MIN_LENGTH = 1.2; // of the line, over the digit's height
const MIN_WIDTH = 0.8; // share of the digit's columns that it crosses
const BAND = [0.2, 0.85]; // rows in which it does, over the digit's height
const SLOPES = Array.from({ length: 11 }, (_, place) => (place - 5) / 20); // rows that it rises for each column
const STEP = 0.25; // rows between two lines that are tried

/** @param {import("../network/ink_to_mnist.js").Ink} digit cropped to its outline @returns {boolean} */
export function isStruckOut(digit) {
  if (digit.width < MIN_LENGTH * digit.height) return false;
  const ink = atWorkingSize(digit);
  const length = Math.round(MIN_LENGTH * ink.height);
  return SLOPES.some((slope) => columnsCrossed(ink, length, slope) >= MIN_WIDTH * ink.width);
}

/** @returns {number} how many columns lines of this slope, at least this long, cross in the band */
function columnsCrossed({ pixels, width, height }, length, slope) {
  const [top, bottom] = BAND.map((share) => Math.round(share * height));
  const crossed = new Uint8Array(width);
  const fall = Math.abs(slope) * width;
  for (let start = -fall; start < height + fall; start += STEP) {
    const rowAt = (x) => Math.round(start - slope * x);
    let from = 0; // where the ink along the line begins
    for (let x = 0; x <= width; x++) {
      const y = x < width ? rowAt(x) : -1;
      if (y >= 0 && y < height && pixels[y * width + x] >= INK_LEVEL) continue;
      for (let at = x - from >= length ? from : x; at < x; at++) {
        if (rowAt(at) >= top && rowAt(at) < bottom) crossed[at] = 1;
      }
      from = x + 1;
    }
  }
  return crossed.reduce((sum, each) => sum + each, 0);
}
