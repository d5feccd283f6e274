/**
 * The drawing pad: strokes on a canvas of any size, by its pens, undo, redo, clear, and a PNG of the drawing. The canvas is a square
 * for a digit, twice as wide for a number. Positions are in units of its height.
 */

import { toBlob } from "../ui/files.js";
import { History } from "../ui/store.js";
import { drawnAsSent, drawOn, EMPTY, extended, reshaped } from "./drawing.js";
import { KeyboardPen } from "./keyboard_pen.js";
import { PointerPen } from "./pointer_pen.js";

/** Emits "draw" while a stroke is being drawn, and "change", which says whether by undo, after the drawing has changed. */
export class Pad extends EventTarget {
  #squares = 1;
  #history;
  /** The stroke in progress. @type {import("./drawing.js").Stroke?} */
  #stroke = null;
  #mustFit = false;
  #pointerPen;
  #keyboardPen;

  /**
   * @param {HTMLCanvasElement} canvas laid out by CSS @param {HTMLElement} cursor shows where the keyboard's pen is
   * @param {import("./drawing.js").Drawings} [drawings] to begin with
   */
  constructor(canvas, cursor, { states, place } = { states: [EMPTY], place: 0 }) {
    super();
    this.canvas = canvas;
    this.#history = new History(states, place);
    this.#pointerPen = new PointerPen(this);
    this.#keyboardPen = new KeyboardPen(this, cursor);
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.#watchPixelRatio();
    this.fit();
  }

  /** Width of the pad in units of its height: 1 or 2. */
  get squares() {
    return this.#squares;
  }

  /** The finished strokes, in the pad's present shape. @returns {import("./drawing.js").Drawing} */
  get drawing() {
    return reshaped(this.#history.present, this.#squares);
  }

  /** The same with the stroke in progress. @returns {import("./drawing.js").Drawing} */
  get drawn() {
    return { strokes: this.#strokes, squares: this.#squares };
  }

  /** All drawings that undo and redo lead to. @returns {import("./drawing.js").Drawings} */
  get drawings() {
    return this.#history.all;
  }

  get isDrawing() {
    return this.#stroke !== null;
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  get isDrawnWithPen() {
    return this.#strokes.some(({ pointerType }) => pointerType === "pen");
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** Ends the stroke in progress, if any. */
  lift() {
    this.#pointerPen.lift();
    this.#keyboardPen.lift();
  }

  /** Ends a stroke of the keyboard; one of a pointer goes on. @returns {boolean} whether the drawing may be replaced now */
  #isAtRest() {
    this.#keyboardPen.lift();
    return !this.isDrawing;
  }

  /** Removes all strokes; this too can be undone. */
  clear() {
    if (this.#isAtRest() && !this.isEmpty) this.#replace([]);
  }

  /** Replaces the drawing by another; this too can be undone. @param {import("./drawing.js").Drawing} drawing */
  open(drawing) {
    if (!this.#isAtRest()) return;
    this.#history.add(drawing);
    this.#show("change");
  }

  /** Returns to the drawing before the last stroke, or before it was cleared. @returns {boolean} whether there was one */
  undo() {
    if (!this.#isAtRest() || !this.canUndo) return false;
    this.#history.undo();
    this.#show("change", { isUndo: true });
    return true;
  }

  /** @returns {boolean} whether there was something to do again */
  redo() {
    if (!this.#isAtRest() || !this.canRedo) return false;
    this.#history.redo();
    this.#show("change");
    return true;
  }

  /**
   * Starts a stroke.
   * @param {string} pointerType as of PointerEvent, or "keyboard"
   * @returns {boolean} false while another stroke is in progress
   */
  beginStroke(point, pointerType) {
    if (this.isDrawing) return false;
    this.#stroke = { points: [point], pointerType, time_ms: Date.now() };
    this.#show("draw");
    return true;
  }

  extendStroke(points) {
    const stroke = points.reduce(extended, this.#stroke);
    if (stroke === this.#stroke) return;
    this.#stroke = stroke;
    this.#show("draw");
  }

  endStroke() {
    this.#replace(this.#strokes);
  }

  /** @returns {Blob} the drawing, dark on white, independent of the screen's size and density: at once, as toBlob is not */
  toPng() {
    return toBlob(drawnAsSent(document.createElement("canvas"), this.drawn).toDataURL());
  }

  /** Gives the canvas the number of pixels that the screen shows, and draws the strokes at that size. */
  fit() {
    const { clientWidth: width_px, clientHeight: height_px } = this.canvas;
    this.#mustFit = this.isDrawing; // a stroke in progress must not change its place
    if (width_px === 0 || this.isDrawing) return;
    this.#squares = Math.round(width_px / height_px);
    // When zoomed out, a canvas with fewer pixels than CSS pixels would look coarse.
    this.canvas.height = Math.round((width_px / this.#squares) * Math.max(devicePixelRatio, 1));
    this.canvas.width = this.canvas.height * this.#squares;
    this.#draw(this.canvas);
  }

  get #strokes() {
    const { strokes } = this.drawing;
    return this.#stroke ? [...strokes, this.#stroke] : strokes;
  }

  /** Ends the stroke in progress, if any, with a new drawing. */
  #replace(strokes) {
    this.#history.add({ strokes, squares: this.#squares });
    this.discardStroke();
  }

  discardStroke() {
    this.#stroke = null;
    if (this.#mustFit) this.fit();
    this.#show("change");
  }

  #show(event, { isUndo = false } = {}) {
    this.#draw(this.canvas);
    this.dispatchEvent(Object.assign(new Event(event), { isUndo }));
  }

  #draw(canvas) {
    drawOn(canvas, this.drawn);
  }

  #watchPixelRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const refit = () => {
      this.fit();
      this.#watchPixelRatio();
    };
    query.addEventListener("change", refit, { once: true });
  }
}
