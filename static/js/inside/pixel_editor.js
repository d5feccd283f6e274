/** A large picture of 28 × 28 pixels to paint on, with a mouse, a finger, a pen, or the keyboard; undo and redo. */

import { isShortcut } from "../ui/dom.js";
import { drawPixels, drawSigned, frame, frameCell, largestMagnitude, paletteOf, SIDE } from "../ui/pixels.js";
import { History } from "../ui/store.js";

const CELL_PX = 20;
const MARK_PX = 3; // of a cell: the frame of a changed pixel
const FULL_COLOUR = 0.5; // of the largest contribution, so that smaller ones are seen on white ink
const START = 14 * SIDE + 14; // of the cursor: the middle
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class PixelEditor {
  /** The pointer that paints. */
  #pointer = null;
  #isSpaceDown = false;
  /** The last pixel that was painted or that the arrow keys chose. */
  #place = START;
  #hasCursor = false;
  #shown;

  /**
   * @param {{onPaint: (places: number[]) => void, onEnd: () => void, onMove: (place: number) => void}} listener
   *   of the pixels that are painted, the end of a stroke, and the pixel that the arrow keys choose
   */
  constructor(canvas, listener) {
    this.canvas = canvas;
    this.listener = listener;
    canvas.width = canvas.height = CELL_PX * SIDE;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#lift(event));
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false }); // quick strokes on iPads
    canvas.addEventListener("keydown", (event) => this.#pressKey(event));
    canvas.addEventListener("keyup", ({ key }) => key === " " && this.#liftKey());
    canvas.addEventListener("blur", () => this.#leave());
  }

  /**
   * @param {{pixels: ArrayLike<number>, changed: number[], contributions: number[], boxes: object[]}} shown the pixels, 784, 0..1; the
   *   places that are framed; what the ink of each pixel contributes, as its colour; parts of the picture that are framed whole
   */
  show(shown) {
    const { pixels, changed, contributions, boxes } = (this.#shown = shown);
    drawPixels(this.canvas, pixels);
    const { plus, minus, mark } = paletteOf(this.canvas);
    drawSigned(this.canvas, contributions, FULL_COLOUR * largestMagnitude(contributions), { plus, minus });
    for (const box of boxes) frame(this.canvas, box, CELL_PX, "white", MARK_PX);
    const frameOne = (place, colour) =>
      frameCell(this.canvas, { row: Math.floor(place / SIDE), column: place % SIDE }, SIDE, colour, MARK_PX);
    for (const place of changed) frameOne(place, mark);
    if (this.#hasCursor) frameOne(this.#place, "white");
  }

  #press(event) {
    if (event.button !== 0 || this.#pointer !== null) return;
    this.#leave();
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#place = this.#placeOf(event);
    this.listener.onPaint([this.#place]);
  }

  #drag(event) {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const places = (events.length > 0 ? events : [event]).flatMap((each) => {
      const from = this.#place;
      this.#place = this.#placeOf(each);
      return placesBetween(from, this.#place);
    });
    this.listener.onPaint(places);
  }

  #lift(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.listener.onEnd();
  }

  #pressKey(event) {
    if (isShortcut(event)) return;
    if (event.key in DIRECTIONS) this.#move(DIRECTIONS[event.key]);
    else if (event.key === " ") this.#isSpaceDown = true;
    else return;
    event.preventDefault();
    this.#hasCursor = true;
    if (this.#isSpaceDown) this.listener.onPaint([this.#place]);
    else this.show(this.#shown);
    this.listener.onMove(this.#place);
  }

  #move([right, down]) {
    const within = (cell) => Math.min(Math.max(cell, 0), SIDE - 1);
    this.#place = within(Math.floor(this.#place / SIDE) + down) * SIDE + within((this.#place % SIDE) + right);
  }

  #liftKey() {
    if (!this.#isSpaceDown) return;
    this.#isSpaceDown = false;
    this.listener.onEnd();
  }

  /** Ends what the keyboard has begun, and hides its cursor. */
  #leave() {
    this.#liftKey();
    this.#hasCursor = false;
    if (this.#shown) this.show(this.#shown);
  }

  #placeOf({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const cell = (distance_px) => Math.min(Math.max(Math.floor((SIDE * distance_px) / width), 0), SIDE - 1);
    return cell(clientY - top) * SIDE + cell(clientX - left);
  }
}

/** @typedef {{pixels: Float32Array, isOwn: boolean}} State not the visitor's own from a shown solution on */

export class EditedPicture {
  #history;
  /** The stroke that has begun. @type {State?} */
  #stroke = null;

  /** @param {ArrayLike<number>} original 784, 0..1 */
  constructor(original) {
    this.original = Float32Array.from(original);
    this.#history = new History([{ pixels: this.original, isOwn: true }]);
  }

  /** With the stroke that has begun. */
  get pixels() {
    return this.#present.pixels;
  }

  /** Whether no part of it is of a solution that was shown. */
  get isOwn() {
    return this.#present.isOwn;
  }

  /** Places of the pixels whose value is another than in the original. */
  get changed() {
    const { pixels } = this;
    return Array.from(pixels, (_, place) => place).filter((place) => pixels[place] !== this.original[place]);
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  /** Paints pixels, in the stroke that has begun or in a new one. @param {number[]} places @param {number} value 0..1 */
  paint(places, value) {
    this.#stroke ??= { pixels: this.pixels.slice(), isOwn: this.isOwn };
    for (const place of places) this.#stroke.pixels[place] = value;
  }

  /** Starts a stroke from the original, which is not the visitor's own: a solution that is shown. */
  startSolutionFromOriginal() {
    this.endStroke();
    this.#stroke = { pixels: this.original.slice(), isOwn: false };
  }

  /** Ends the stroke, which is dropped if it has changed nothing. */
  endStroke() {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke?.pixels.some((value, place) => value !== this.pixels[place])) this.#history.add(stroke);
  }

  undo() {
    this.endStroke();
    this.#history.undo();
  }

  redo() {
    this.endStroke();
    this.#history.redo();
  }

  /** Brings the original back; that can be undone, too. */
  undoAll() {
    this.endStroke();
    if (this.changed.length > 0) this.#history.add({ pixels: this.original, isOwn: true });
  }

  get #present() {
    return this.#stroke ?? this.#history.present;
  }
}

/** @returns {number[]} the places on a line from one to another, without the first: a fast pointer leaves no holes */
export function placesBetween(from, to) {
  const [x, y] = [from % SIDE, Math.floor(from / SIDE)];
  const [right, down] = [(to % SIDE) - x, Math.floor(to / SIDE) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down));
  const place = (step) => Math.round(y + (step * down) / steps) * SIDE + Math.round(x + (step * right) / steps);
  return Array.from({ length: steps }, (_, step) => place(step + 1));
}
