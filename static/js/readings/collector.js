/**
 * Decides when a reading is finished, and so joins the list of the last readings: when its drawing or picture leaves the
 * pad. Until then another stroke may belong to it: a 4 of two strokes is one reading. A drawing leaves when the pad is
 * cleared or an earlier one is opened; undo takes it out of the list again. What is undone stroke by stroke does not
 * join, and neither does a drawing that was not read to its end: there is no answer to all of it. A picture that has left
 * before its answer came joins when it comes, at the place that it would have had.
 */

import { added, broughtBack, corrected, keptAnswer, without } from "./reading_list.js";

/**
 * @typedef {import("../pad/drawing.js").Drawing} Drawing
 * @typedef {import("./reading_list.js").Reading} Reading
 */

/** Emits "change" after the list, or what of it is on the pad, has changed. */
export class Collector extends EventTarget {
  /** Those that were removed last. @type {Reading[]} */
  removed = [];
  /** The drawing on the pad. @type {Drawing} */
  #drawing;
  /** The picture over the pad. @type {File?} */
  #file = null;
  /** The answers to them, as readings that have not joined. @type {{drawing?: Reading, picture?: Reading}} */
  #unfinished = {};
  /** The drawings that joined in this visit, and that undo takes out again. @type {Set<string>} */
  #undoable = new Set();
  /** When each picture was put over the pad; of one that was opened again, the time of its reading. @type {WeakMap<File, number>} */
  #times = new WeakMap();
  #last_ms = 0;

  /**
   * @param {Drawing} drawing on the pad
   * @param {(drawing: Drawing) => string} thumbnail returns a small picture of a drawing as a data URL
   */
  constructor(readings, drawing, thumbnail) {
    super();
    this.readings = readings;
    this.#drawing = drawing;
    this.thumbnail = thumbnail;
  }

  /** The list, with what is on the pad and may still change: all that is saved. @returns {Reading[]} newest first */
  get all() {
    const { drawing, picture } = this.#unfinished;
    const shown = [picture, drawing && isSame(drawing.drawing, this.#drawing) && drawing].filter(Boolean);
    const news = shown.filter((reading) => !this.#find(reading));
    return [...news.map((reading) => ({ time_ms: Date.now(), ...reading })), ...this.readings];
  }

  /** The reading that is on the pad as it was. @returns {Reading | undefined} */
  get opened() {
    return this.#find(this.#file ? { time_ms: this.#times.get(this.#file) } : { drawing: this.#drawing });
  }

  /** Takes the answer to a drawing. @param {Drawing} drawing @param {object} answer of the server */
  noteDrawing(drawing, answer) {
    const { drawing: noted } = this.#unfinished;
    const correction = noted && isSame(noted.drawing, drawing) ? noted.correction : null;
    this.#unfinished.drawing = { drawing, picture: null, answer: keptAnswer(answer), correction };
    this.#change(this.readings);
  }

  /**
   * Takes the answer to a picture that is over the pad, or was.
   * @param {File} file
   * @param {{picture: string, thumbnail: string}} images of it, as data URLs
   * @param {object} answer of the server
   */
  notePicture(file, { picture, thumbnail }, answer) {
    const before = file === this.#file && this.#unfinished.picture; // the same picture, read again
    const correction = before ? before.correction : null;
    const time_ms = this.#times.get(file);
    const reading = { time_ms, drawing: null, picture, thumbnail, answer: keptAnswer(answer), correction };
    if (file === this.#file) this.#unfinished.picture = reading;
    else this.#join(reading);
    this.#change(this.readings);
  }

  /** @param {File} file with the picture of a reading, which is about to be opened @param {number} time_ms */
  noteOpening(file, time_ms) {
    this.#times.set(file, time_ms);
  }

  /** @param {File} file with a picture that the page kept, and is about to show again @param {string} picture the same as a data URL */
  noteRestored(file, picture) {
    const joined = this.readings.find((reading) => reading.picture === picture); // when the page was left
    if (joined) this.noteOpening(file, joined.time_ms);
  }

  /** @param {Drawing} drawing that is on the pad now @param {boolean} isUndo whether it was there before */
  changeDrawing(drawing, isUndo) {
    const before = this.#drawing;
    this.#drawing = drawing;
    if (isUndo) {
      this.#takeUp(drawing);
    } else if (start(before) !== start(drawing)) {
      this.#finish("drawing", (noted) => isSame(noted.drawing, before));
      this.#undoable.delete(key(drawing)); // it was opened: undo leaves it where it is
    }
    this.#change(this.readings);
  }

  /** @param {File?} file of the picture that is over the pad now */
  changePicture(file) {
    this.#finish("picture", () => true);
    this.#file = file;
    if (file && !this.#times.has(file)) this.#times.set(file, this.#now());
    this.#change(this.readings);
  }

  /** The page is left: a picture on it would be lost; a drawing is on the pad again when the page is. */
  leave() {
    this.#finish("picture", () => true);
    this.#change(this.readings);
  }

  /** Takes what the user says is written of what is on the pad, or in the picture over it. @param {string} text */
  choose(text) {
    const { opened } = this;
    const unfinished = this.#unfinished[this.#file ? "picture" : "drawing"];
    if (opened) this.correct(opened.time_ms, text);
    else if (unfinished) unfinished.correction = text;
  }

  correct(time_ms, text) {
    this.#change(corrected(this.readings, time_ms, text));
  }

  remove(time_ms) {
    this.removed = [this.#find({ time_ms })];
    this.#change(without(this.readings, time_ms));
  }

  removeAll() {
    this.removed = this.readings;
    this.#change([]);
  }

  bringBack() {
    const { removed } = this;
    this.removed = [];
    this.#change(broughtBack(this.readings, removed));
  }

  /** Adds what has left the pad, if it has an answer and is not in the list already, as an opened reading is. */
  #finish(kind, isAnswered) {
    const reading = this.#unfinished[kind];
    if (!reading || !isAnswered(reading)) return;
    delete this.#unfinished[kind];
    this.#join(reading);
  }

  #join(reading) {
    if (this.#find(reading)) return;
    const { drawing, thumbnail = this.thumbnail(drawing), time_ms = this.#now() } = reading;
    if (drawing) this.#undoable.add(key(drawing));
    this.readings = added(this.readings, { ...reading, thumbnail, time_ms });
  }

  /** Takes a drawing out of the list that is on the pad again because its joining was undone. */
  #takeUp(drawing) {
    if (!this.#undoable.delete(key(drawing))) return;
    const reading = this.#find({ drawing });
    if (!reading) return;
    this.#unfinished.drawing = reading;
    this.readings = without(this.readings, reading.time_ms);
  }

  #find({ drawing, time_ms }) {
    if (!drawing) return this.readings.find((each) => each.time_ms === time_ms);
    return this.readings.find((each) => each.drawing && isSame(each.drawing, drawing));
  }

  /** Returns the time, later than that of any other reading. */
  #now() {
    this.#last_ms = Math.max(Date.now(), this.#last_ms + 1, 1 + (this.readings[0]?.time_ms ?? 0));
    return this.#last_ms;
  }

  #change(readings) {
    this.readings = readings;
    this.dispatchEvent(new Event("change"));
  }
}

/** Returns what tells drawings from each other: when their strokes began. */
const key = ({ strokes }) => strokes.map(({ time_ms }) => time_ms).join();

const isSame = (one, other) => key(one) === key(other);

/** Returns when a drawing was begun; drawings with the same first stroke are one that is being drawn. */
const start = ({ strokes }) => strokes[0]?.time_ms;
