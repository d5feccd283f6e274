/** The labelled digits of the class's sheets, for the pages that learn from them. */

import { fromBase64 } from "../base64.js";
import { SIDE } from "../inside/geometry.js";
import { digitsOf } from "./sheets.js";
import { loadSheets } from "./store.js";

const PIXELS = SIDE * SIDE;

/**
 * @returns {{images: Uint8Array, labels: number[], pupils: number[]}} of each digit 784 pixels, 0 for paper to 255 for ink,
 *   what was written as corrected, and the number of the pupil; none where no sheet was read in this tab
 */
export function loadClassDigits() {
  const digits = digitsOf(loadSheets());
  const images = new Uint8Array(digits.length * PIXELS);
  for (const [place, { image }] of digits.entries()) images.set(fromBase64(image), place * PIXELS);
  return { images, labels: digits.map(({ label }) => label), pupils: digits.map(({ pupil }) => pupil) };
}
