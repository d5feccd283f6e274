/** Pictures of the standalone page: from a file to the network's input, and from numbers to pictures of answers. */

import { centre, crop, fit, outline, SIDE_PX } from "../reading/mnist_format.js";
import { inkSideBySide } from "../reading/pieces.js";
import { inkByGlobalThreshold, isPrepared, toGrey } from "../reading/threshold.js";
import { problems } from "./problems.js";

const STAGE_PX = 240; // longer side of the picture of a stage

/**
 * @typedef {{width: number, height: number, box: number[], leftOut: number[][], image: Uint8Array, grey: import("../reading/threshold.js").Grey,
 *   ink: import("../reading/threshold.js").Ink, digit: import("../reading/threshold.js").Ink,
 *   scaled: import("../reading/threshold.js").Ink}} PreparedPicture the box, and the ink within it, are of the digit with what is
 *   beside it; leftOut: the boxes of that
 */

/**
 * @param {Blob} file
 * @returns {Promise<PreparedPicture>}
 * @throws {import("./problems.js").Refusal} when it is no drawing of one digit
 */
export async function prepare(file) {
  const grey = toGrey(await decoded(file));
  if (!isPrepared(grey)) throw problems.photograph();
  const ink = inkByGlobalThreshold(grey);
  if (!ink) throw problems.blank();
  const box = outline(ink);
  const digit = crop(ink, box);
  const { digits, others } = inkSideBySide(digit);
  if (digits.length > 1) throw problems.several();
  const scaled = fit(digit);
  const { width, height } = grey;
  const inPicture = ({ left, top, right, bottom }) =>
    [box.x + left, box.y + top, right - left, bottom - top].map((each) => Math.round(each));
  return {
    ...{ width, height, box: [box.x, box.y, box.width, box.height], leftOut: others.map(inPicture) },
    ...{ image: centre(scaled), grey, ink, digit, scaled },
  };
}

/** @returns {Promise<ImageData>} on white, with the levels that are in the file */
async function decoded(file) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" }).catch(() => null);
  if (!bitmap) throw problems.noPicture();
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {Uint8Array} image 784 levels @returns {string} a PNG in a data URL */
export const toDataUrl = (image) => drawn({ pixels: image, width: SIDE_PX, height: SIDE_PX }).toDataURL();

/** @param {PreparedPicture} picture @returns {{name: string, image: string}[]} the stages from the picture to its ink */
export function stagesOf({ grey, ink, digit, scaled }) {
  const stages = { grey, ink: levelsOf(ink), crop: levelsOf(digit), scaled: levelsOf(scaled) };
  return Object.entries(stages).map(([name, levels]) => ({ name, image: shrunk(drawn(levels)).toDataURL() }));
}

const levelsOf = ({ pixels, ...size }) => ({ ...size, pixels: pixels.map((level) => Math.round(255 * level)) });

function drawn({ pixels, width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false });
  const image = context.createImageData(width, height);
  pixels.forEach((level, place) => image.data.set([level, level, level, 255], 4 * place));
  context.putImageData(image, 0, 0);
  return canvas;
}

function shrunk(canvas) {
  const scale = Math.min(1, STAGE_PX / Math.max(canvas.width, canvas.height));
  if (scale === 1) return canvas;
  const [width, height] = [canvas.width, canvas.height].map((side) => Math.max(1, Math.round(scale * side)));
  const smaller = Object.assign(document.createElement("canvas"), { width, height });
  const context = smaller.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, width, height);
  return smaller;
}
