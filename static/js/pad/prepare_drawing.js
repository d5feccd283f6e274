/** A drawing as networks read it, in the page or in a worker. */

import { prepare, toGrey } from "../network/ink_to_mnist.js";
import { drawnAsSent } from "./drawing.js";

const corners = [[0.28, 0.22], [0.5, 0.22], [0.7, 0.21], [0.72, 0.24], [0.6, 0.5], [0.46, 0.82]];

/** A 7, where nothing is drawn. @type {import("./drawing.js").Drawing} */
export const SEVEN = { strokes: [{ points: corners.map(([x, y]) => ({ x, y })) }], squares: 1 };

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });

/** @param {import("./drawing.js").Drawing} drawing @returns {import("../network/ink_to_mnist.js").Prepared?} null for an empty one */
export function prepareDrawing(drawing) {
  const { width, height } = drawnAsSent(canvas, drawing);
  return prepare(toGrey(context.getImageData(0, 0, width, height)));
}
