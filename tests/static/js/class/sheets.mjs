/** Sheets of a class as the server reads them, small enough to follow. */

import { toBase64 } from "../../../../static/js/ui/files.js";
import { sheetOf } from "../../../../static/js/class/sheets.js";

/** Returns a picture of 28 × 28 pixels, as base64, with a square of ink. */
export function ink(left, top, side = 6) {
  const pixels = new Uint8Array(784);
  for (let row = top; row < top + side; row++) pixels.fill(255, row * 28 + left, row * 28 + left + side);
  return toBase64(pixels);
}

/** Returns a reading by one network. */
export const reading = (digit, confidence = 0.99, model = "convnet") => ({
  model,
  digit,
  confidence,
  certain: confidence > 0.9,
  doubt: null,
  activations: Array.from({ length: 10 }, (_, each) => (each === digit ? confidence : 0)),
});

/**
 * Returns a sheet.
 * @param {number} id
 * @param {{label?: number, image?: string?, read?: number, confidence?: number, pupil?: number}[]} boxes an image that is
 *   null is that of an empty box
 */
export function sheet(id, boxes, layout = {}) {
  const read = boxes.map(({ label = 7, pupil = 1, read: digit = label, confidence, image = ink(4, 4) }, place) => ({
    pupil,
    column: label,
    image,
    cutOut: image && "data:,cut",
    corners: [[0, 0], [9, 0], [9, 9], [0, 9]].map(([x, y]) => [x + 10 * place, y]),
    readings: image ? [reading(digit, confidence)] : [],
  }));
  const size = { width: 100, height: 50 };
  return sheetOf({ layout: { pupils: 12, first_pupil: 1, page: 1, ...layout }, ...size, photograph: "data:,photograph", boxes: read }, id);
}
