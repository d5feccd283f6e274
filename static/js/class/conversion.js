/** What is kept of a photograph and of its digits: upright, and small enough for the tab. */

import { toBase64 } from "../ui/files.js";
import { readPixels } from "../ui/pixels.js";
import { sizeToSend } from "../shrink.js";
import { drawTurned, quarterTurns, turned } from "./turning.js";

const LONGEST_PX = 1400; // of the photograph that is shown: a projector shows no more of it
const QUALITY = 0.7; // of its JPEG

/**
 * @param {File} file that was sent
 * @param {import("../api.js").SheetAnswer} answer
 * @returns {Promise<import("./sheets.js").ReadSheet>} what becomes a sheet
 */
export async function readSheet(file, { layout, width, height, boxes }) {
  const turns = quarterTurns(boxes);
  const { turn, ...size } = turned({ width, height }, turns);
  const converted = boxes.map(async ({ pupil, label, is_empty, image, cut_out, corners, readings }) => {
    const hasDigit = !is_empty && image !== null;
    const pixels = hasDigit ? toBase64(levels(await readPixels(image))) : null;
    const cutOut = hasDigit ? cut_out : null;
    return { pupil, column: label, image: pixels, cutOut, corners: corners.map(turn), readings };
  });
  return { layout, ...size, photograph: await smaller(file, turns), boxes: await Promise.all(converted) };
}

/** @returns {Promise<string?>} null where the browser cannot open the picture, which the server can */
async function smaller(file, turns) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const canvas = drawTurned(bitmap, sizeToSend(bitmap, LONGEST_PX), turns);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", QUALITY);
}

/** @param {Float32Array} pixels 0..1 @returns {Uint8Array} */
const levels = (pixels) => Uint8Array.from(pixels, (pixel) => Math.round(255 * pixel));
