/** From a picture's file to the network's input without a server, from numbers to pictures of answers, and why one is not read. */

import { prepare, toGrey } from "../network/ink_to_mnist.js";
import { element } from "../ui/dom.js";
import { drawPixels } from "../ui/pixels.js";
import { language, translate } from "../ui/translate.js";

const texts = globalThis.standalone?.texts ?? {};

/** A text of the server's answers: the standalone file brings their translations along. */
export const serverText = (english, values = {}) =>
  (texts[english] ?? english).replace(/\{(\w+)\}/g, (name, key) => values[key] ?? name);

/** A picture that is not read. */
export class Refusal extends Error {
  /** @param {string} kind end of the problem's type @param {number} status @param {string} title @param {string} detail */
  constructor(kind, status, title, detail) {
    super(detail);
    this.document = { type: `urn:inkling:${kind}`, title, status, detail };
  }
}

const NEEDS_SERVER = translate("This page reads one drawn digit. Numbers and their photographs need Inkling’s server.");
const BLANK = serverText("No ink was found: no line is clearly darker or lighter than what is around it. Write one digit, large.");

export const problems = {
  blank() {
    const inWords = serverText("The picture has no ink, or nothing as large as a digit.");
    return new Refusal("no-digit-found", 422, serverText("No digit found"), language === "en" ? BLANK : inWords);
  },
  several: () => new Refusal("several-digits", 422, translate("More than one digit."), NEEDS_SERVER),
  noPicture: () =>
    new Refusal("not-a-picture", 400, serverText("Not a picture"), serverText("The bytes are not a picture.")),
  unknownModel: (name) => new Refusal("unknown-model", 404, serverText("Unknown model"), `${name}`),
};

const STAGE_PX = 240; // longer side of the picture of a stage

/**
 * @typedef {{box: number[], leftOut: number[][], grey: import("../network/ink_to_mnist.js").Grey,
 *   prepared: import("../network/ink_to_mnist.js").Prepared}} Picture the box is of the digit with what is beside it; leftOut: the
 *   boxes of that
 */

/**
 * @returns {Promise<Picture>}
 * @throws {Refusal} when it is no drawing of one digit
 */
export async function preparePicture(file) {
  const grey = toGrey(await decoded(file));
  const prepared = prepare(grey);
  if (!prepared) throw problems.blank();
  if (prepared.digits.length > 1) throw problems.several();
  const { box, others } = prepared;
  const inPicture = ({ left, top, right, bottom }) =>
    [box.x + left, box.y + top, right - left, bottom - top].map((each) => Math.round(each));
  return { box: [box.x, box.y, box.width, box.height], leftOut: others.map(inPicture), grey, prepared };
}

/** @returns {Promise<ImageData>} on white, with the levels that are in the file */
export async function decoded(file) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" }).catch(() => null);
  if (!bitmap) throw problems.noPicture();
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {Picture} picture @returns {{name: string, image: string}[]} the stages from the picture to its ink */
export function stagesOf({ grey, prepared: { ink, digit, scaled } }) {
  const stages = { grey: drawn(grey, 255), ink: drawn(ink), crop: drawn(digit), scaled: drawn(scaled) };
  return Object.entries(stages).map(([name, canvas]) => ({ name, image: shrunk(canvas, STAGE_PX).toDataURL() }));
}

/** @param {import("../network/ink_to_mnist.js").Ink} light from 0 for black to 1 @param {number} longest_px @returns {string} data URL */
export const pictureUrl = (light, longest_px) => shrunk(drawn(light), longest_px).toDataURL();

/** @param {number} white the level of white */
function drawn({ pixels, width, height }, white = 1) {
  const canvas = element("canvas", { width, height });
  drawPixels(canvas, Float64Array.from(pixels, (level) => level / white), width);
  return canvas;
}

function shrunk(canvas, longest_px) {
  const scale = Math.min(1, longest_px / Math.max(canvas.width, canvas.height));
  if (scale === 1) return canvas;
  const [width, height] = [canvas.width, canvas.height].map((side) => Math.max(1, Math.round(scale * side)));
  const smaller = element("canvas", { width, height });
  const context = smaller.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, width, height);
  return smaller;
}
