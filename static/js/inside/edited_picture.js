/** A picture that is edited stroke by stroke: undo, redo, and which pixels differ from the original. */

import { History } from "../ui/store.js";

/** @typedef {{pixels: Float32Array, isOwn: boolean}} State not the visitor's own from a shown solution on */

export class EditedPicture {
  /** @type {History<State>} */
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

  /** Begins a stroke that leads from the original to a solution. */
  beginSolution() {
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
