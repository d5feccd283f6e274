/** The drawing pad: strokes on a square canvas of any size, undo, clear, and a PNG of the drawing. */

import SignaturePad from "../vendor/signature_pad/signature_pad.js";
import { completed, point, scaled } from "./strokes.js";

const PEN_WIDTH = 1 / 14; // of the pad's side; looks like MNIST's pens once scaled to its 20 pixels
const MIN_DISTANCE = 1 / 120; // of the pad's side; closer points add nothing but noise
const EXPORT_SIDE_PX = 280;
const INK = "#111";
const PAPER = "#fff";

/** Emits "draw" while a stroke grows, and "change" when the drawing is another one. */
export class Pad extends EventTarget {
  #pen;
  #side_px = 1;
  #isDrawing = false;
  #hasOutgrown = false;

  /** @param {HTMLCanvasElement} canvas laid out as a square by CSS */
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.#pen = new SignaturePad(canvas, { penColor: INK, backgroundColor: PAPER, throttle: 0 });
    this.#pen.addEventListener("beginStroke", () => (this.#isDrawing = true));
    this.#pen.addEventListener("afterUpdateStroke", () => this.#emit("draw"));
    this.#pen.addEventListener("endStroke", () => this.endStroke());
    new ResizeObserver(() => this.#fit()).observe(canvas);
    this.#watchPixelRatio();
    this.#fit();
  }

  get isEmpty() {
    return this.#pen.toData().length === 0;
  }

  clear() {
    if (this.#isDrawing) return;
    this.#replace([]);
    this.#emit("change");
  }

  /** Takes the last stroke away. */
  undo() {
    if (this.#isDrawing || this.isEmpty) return;
    this.#replace(this.#pen.toData().slice(0, -1));
    this.#emit("change");
  }

  /**
   * Starts a stroke without a pointer.
   * @param {number} x as a part of the side, as is y
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

  /** Draws on to another place. */
  extendStroke(x, y) {
    const strokes = this.#pen.toData();
    const { points } = strokes.at(-1);
    this.#replace([...strokes.slice(0, -1), { points: [...points, this.#pointAt(x, y)] }]);
    this.#emit("draw");
  }

  /** Ends the stroke, whoever began it. */
  endStroke() {
    this.#isDrawing = false;
    const strokes = this.#pen.toData();
    this.#replace([...strokes.slice(0, -1), completed(strokes.at(-1))]);
    if (this.#hasOutgrown) this.#fit();
    this.#emit("change");
  }

  /** @returns {Promise<Blob>} the drawing, dark on white, whatever the screen's size and density */
  toPng() {
    const picture = document.createElement("canvas");
    picture.width = picture.height = EXPORT_SIDE_PX;
    const context = picture.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(this.canvas, 0, 0, EXPORT_SIDE_PX, EXPORT_SIDE_PX);
    return new Promise((resolve) => picture.toBlob(resolve, "image/png"));
  }

  /** Gives the canvas as many pixels as the screen shows of it, and draws the strokes at that size. */
  #fit() {
    const side_px = this.canvas.clientWidth;
    this.#hasOutgrown = this.#isDrawing; // a stroke in progress must not lose its pointer
    if (side_px === 0 || this.#isDrawing) return;
    const strokes = scaled(this.#pen.toData(), side_px / this.#side_px);
    this.#side_px = side_px;
    this.#setPen();
    // Zoomed out, a canvas of fewer pixels than it has CSS pixels would not be cleared whole.
    this.canvas.width = this.canvas.height = Math.round(side_px * Math.max(devicePixelRatio, 1));
    const scale = this.canvas.width / side_px;
    this.canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    this.#replace(strokes);
  }

  #setPen() {
    const radius_px = (this.#side_px * PEN_WIDTH) / 2; // what the library calls width
    this.#pen.minWidth = this.#pen.maxWidth = this.#pen.dotSize = radius_px;
    this.#pen.minDistance = this.#side_px * MIN_DISTANCE;
  }

  #watchPixelRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const refit = () => {
      this.#fit();
      this.#watchPixelRatio();
    };
    query.addEventListener("change", refit, { once: true });
  }

  #pointAt(x, y) {
    return point(x * this.#side_px, y * this.#side_px);
  }

  /** Draws other strokes; never while a pointer draws, which the library would lose. */
  #replace(strokes) {
    this.#pen.fromData(strokes);
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }
}
