/**
 * The drawing pad: strokes on a canvas of any size, undo, clear, and a PNG of the drawing. The canvas is
 * a square for a digit, twice as wide for a number. Positions are in units of its height.
 */

import SignaturePad from "../vendor/signature_pad/signature_pad.js";
import { completed, point, reshaped, scaled } from "./strokes.js";

// In units of the pad's height: as wide as MNIST's pens after a digit is scaled to 20 pixels. Digits on
// the wide pad are written smaller.
const PEN_WIDTH = { 1: 1 / 14, 2: 1 / 20 };
const MIN_DISTANCE = 1 / 120; // in units of the pad's height; closer points are noise
const EXPORT_HEIGHT_PX = 280;
const INK = "#111";
const PAPER = "#fff";

/** Emits "draw" while a stroke is being drawn, and "change" after the drawing has changed. */
export class Pad extends EventTarget {
  #pen;
  #squares = 1;
  #height_px = 1;
  #isDrawing = false;
  #mustFit = false;

  /** @param {HTMLCanvasElement} canvas laid out by CSS */
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.#pen = new SignaturePad(canvas, { penColor: INK, backgroundColor: PAPER, throttle: 0 });
    this.#pen.addEventListener("beginStroke", () => (this.#isDrawing = true));
    this.#pen.addEventListener("afterUpdateStroke", () => this.#emit("draw"));
    this.#pen.addEventListener("endStroke", () => this.endStroke());
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.#watchPixelRatio();
    this.fit();
  }

  /** Width of the pad in units of its height: 1 or 2. */
  get squares() {
    return this.#squares;
  }

  get isEmpty() {
    return this.#pen.toData().length === 0;
  }

  clear() {
    if (this.#isDrawing) return;
    this.#replace([]);
    this.#emit("change");
  }

  /** Removes the last stroke. */
  undo() {
    if (this.#isDrawing || this.isEmpty) return;
    this.#replace(this.#pen.toData().slice(0, -1));
    this.#emit("change");
  }

  /**
   * Starts a stroke without a pointer.
   * @param {number} x in units of the height, as is y
   * @param {number} y
   * @returns {boolean} false while a pointer draws
   */
  beginStroke(x, y) {
    if (this.#isDrawing) return false;
    this.#isDrawing = true;
    this.#replace([...this.#pen.toData(), { points: [this.#pointAt(x, y)] }]);
    this.#emit("draw");
    return true;
  }

  /** Extends the stroke to another position. */
  extendStroke(x, y) {
    const strokes = this.#pen.toData();
    const { points } = strokes.at(-1);
    this.#replace([...strokes.slice(0, -1), { points: [...points, this.#pointAt(x, y)] }]);
    this.#emit("draw");
  }

  /** Ends the stroke, of a pointer or of the keyboard. */
  endStroke() {
    this.#isDrawing = false;
    const strokes = this.#pen.toData();
    this.#replace([...strokes.slice(0, -1), completed(strokes.at(-1))]);
    if (this.#mustFit) this.fit();
    this.#emit("change");
  }

  /** @returns {Promise<Blob>} the drawing, dark on white, independent of the screen's size and density */
  toPng() {
    const picture = document.createElement("canvas");
    picture.width = EXPORT_HEIGHT_PX * this.#squares;
    picture.height = EXPORT_HEIGHT_PX;
    const context = picture.getContext("2d", { alpha: false }); // a smaller file, quicker to read
    context.imageSmoothingQuality = "high";
    context.drawImage(this.canvas, 0, 0, picture.width, picture.height);
    return new Promise((resolve) => picture.toBlob(resolve, "image/png"));
  }

  /** Gives the canvas the number of pixels that the screen shows, and draws the strokes at that size. */
  fit() {
    const { clientWidth: width_px, clientHeight } = this.canvas;
    this.#mustFit = this.#isDrawing; // a stroke in progress must not lose its pointer
    if (width_px === 0 || this.#isDrawing) return;
    const squares = Math.round(width_px / clientHeight);
    const strokes = this.#refitted(squares, width_px / squares);
    this.#squares = squares;
    this.#height_px = width_px / squares;
    this.#setPen();
    // When zoomed out, a canvas with fewer pixels than CSS pixels would not be cleared completely.
    this.canvas.height = Math.round(this.#height_px * Math.max(devicePixelRatio, 1));
    this.canvas.width = this.canvas.height * squares;
    const scale = this.canvas.height / this.#height_px;
    this.canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    this.#replace(strokes);
  }

  /** @returns {import("./strokes.js").Stroke[]} the drawing for a pad of another size or shape */
  #refitted(squares, height_px) {
    const strokes = this.#pen.toData();
    if (squares === this.#squares) return scaled(strokes, height_px / this.#height_px);
    const size = (times, height) => ({ width: times * height, height });
    return reshaped(strokes, size(this.#squares, this.#height_px), size(squares, height_px));
  }

  #setPen() {
    const radius_px = (this.#height_px * PEN_WIDTH[this.#squares]) / 2; // the library calls it width
    this.#pen.minWidth = this.#pen.maxWidth = this.#pen.dotSize = radius_px;
    this.#pen.minDistance = this.#height_px * MIN_DISTANCE;
  }

  #watchPixelRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const refit = () => {
      this.fit();
      this.#watchPixelRatio();
    };
    query.addEventListener("change", refit, { once: true });
  }

  #pointAt(x, y) {
    return point(x * this.#height_px, y * this.#height_px);
  }

  /** Replaces the strokes; never while a pointer draws, because the library would lose its stroke. */
  #replace(strokes) {
    this.#pen.fromData(strokes);
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }
}
