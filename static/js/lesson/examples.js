/** One hundred digits of MNIST, with which the page's own networks learn. */

import { SIDE } from "../ui/pixels.js";

const ACROSS = 10; // digits in a row of the sheet, one of each class

/** @typedef {{pixels: Float32Array, label: number}} Example */

/** @type {Promise<Example[]>?} */
let loaded = null;

/** @returns {Promise<Example[]>} the same each time; rejected when they cannot be loaded */
export function loadExamples() {
  loaded ??= load().catch((error) => {
    loaded = null; // so that they are asked for again
    throw error;
  });
  return loaded;
}

/** @param {Example[]} examples @returns {import("../network/network.js").Examples} the same as arrays, to learn from */
export function toArrays(examples) {
  const inputs = new Float32Array(examples.length * SIDE * SIDE);
  examples.forEach(({ pixels }, n) => inputs.set(pixels, n * pixels.length));
  return { inputs, labels: Uint8Array.from(examples, ({ label }) => label) };
}

async function load() {
  const response = await fetch("lesson/digits.png");
  if (!response.ok) throw new Error(response.statusText);
  const sheet = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(sheet.width, sheet.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(sheet, 0, 0);
  const count = (canvas.width / SIDE) * (canvas.height / SIDE);
  return Array.from({ length: count }, (_, place) => {
    const [x, y] = [SIDE * (place % ACROSS), SIDE * Math.floor(place / ACROSS)];
    const { data } = context.getImageData(x, y, SIDE, SIDE);
    const pixels = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) => data[4 * pixel] / 255);
    return { pixels, label: place % ACROSS };
  });
}
