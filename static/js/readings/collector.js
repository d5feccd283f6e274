/**
 * Decides when a reading is finished, and so joins the list of the last readings: when its drawing or picture leaves the
 * pad. Until then another stroke may belong to it: a 4 of two strokes is one reading. A drawing leaves when the pad is
 * cleared or an earlier one is opened; undo takes it out of the list again. What is undone stroke by stroke does not
 * join, and neither does a drawing that was not read to its end: there is no answer to all of it. A picture whose answer
 * comes after it has left the pad joins then, in the order in which the pictures were shown.
 */

import { inLine, keptAnswer, ofVersion1 } from "./entry.js";
import { EntryList, TabStore } from "./entry_list.js";

/**
 * @typedef {import("../pad/drawing.js").Drawing} Drawing
 * @typedef {import("./entry.js").Entry & {drawing: Drawing?, picture: string?, thumbnail: string}} Reading its id is when it was
 *   begun, in milliseconds since 1970; either the drawing or the picture, a data URL, was read; the picture is null too where
 *   there was no room for it
 */

const MOST = 100; // readings
const MOST_CHARACTERS = 2_000_000; // as JSON: 4 of the 5 MB that browsers store; the drawing on the pad needs some too
const SPARE = 200_000; // characters of room that are left for the drawing on the pad: for a hundred strokes

const storeOfTab = () => new TabStore("inkling-readings", lessAndLess, SPARE);

/** @returns {Reading[]} those of this tab */
export const loadReadings = () => storeOfTab().load().map(ofVersion1);

export const readingList = () => new EntryList(storeOfTab(), loadReadings(), bounded);

/** Returns a list that takes less room: without the oldest picture, which leaves its reading, or else without the oldest reading. */
export function reduced(readings) {
  const oldest = readings.findIndex(({ picture }) => picture);
  return oldest < 0 ? readings.slice(1) : readings.with(oldest, { ...readings[oldest], picture: null });
}

function* lessAndLess(readings) {
  for (let kept = readings; kept.length > 0; kept = reduced(kept)) yield kept;
}

function bounded(readings) {
  let kept = readings.slice(-MOST);
  while (JSON.stringify(kept).length > MOST_CHARACTERS) kept = reduced(kept);
  return kept;
}

export class Collector {
  #drawing;
  #file = null;
  /** The answers to them, as readings that have not joined. @type {{drawing?: Reading, picture?: Reading}} */
  #unfinished = {};
  /** The drawings that joined in this visit, and that undo takes out again. @type {Set<string>} */
  #undoable = new Set();
  /** When each picture was put over the pad; of one that was opened again, the id of its reading. @type {WeakMap<File, number>} */
  #ids = new WeakMap();

  /**
   * @param {EntryList} list that emits "change", too, after what is on the pad, or its answer, has changed
   * @param {Drawing} drawing on the pad
   * @param {(drawing: Drawing) => string} thumbnail returns a small picture of a drawing as a data URL
   */
  constructor(list, drawing, thumbnail) {
    Object.assign(this, { list, thumbnail });
    this.#drawing = drawing;
  }

  /** The list, with what is on the pad and may still change: all that is saved. @returns {Reading[]} newest last */
  get all() {
    const { drawing, picture } = this.#unfinished;
    const shown = [drawing && isSame(drawing.drawing, this.#drawing) && drawing, picture].filter(Boolean);
    const news = shown.filter((reading) => !this.#find(reading));
    return [...this.list.all, ...news.map((reading) => ({ id: Date.now(), ...reading }))];
  }

  /** The reading that is on the pad as it was. @returns {Reading | undefined} */
  get opened() {
    return this.#find(this.#file ? { id: this.#ids.get(this.#file) } : { drawing: this.#drawing });
  }

  /** Takes the answer to a drawing. @param {Drawing} drawing @param {object} answer of the server */
  noteDrawing(drawing, answer) {
    const { drawing: noted } = this.#unfinished;
    const correction = noted && isSame(noted.drawing, drawing) ? noted.correction : null;
    this.#unfinished.drawing = { file: null, drawing, picture: null, answer: keptAnswer(answer), correction, error: "" };
    this.#change();
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
    const shown = { id: this.#ids.get(file), file: file.name, drawing: null, picture, thumbnail };
    const reading = { ...shown, answer: keptAnswer(answer), correction, error: "" };
    if (file === this.#file) this.#unfinished.picture = reading;
    else this.#join(reading);
    this.#change();
  }

  /** @param {File} file with the picture of a reading, which is about to be opened @param {number} id */
  noteOpening(file, id) {
    this.#ids.set(file, id);
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
    this.#change();
  }

  /** @param {File?} file of the picture that is over the pad now */
  changePicture(file) {
    this.#finish("picture", () => true);
    this.#file = file;
    if (file && !this.#ids.has(file)) this.#ids.set(file, this.list.newId(Date.now()));
    this.#change();
  }

  /** The page is left: a picture on it would be lost; a drawing is on the pad again when the page is. */
  leave() {
    this.#finish("picture", () => true);
    this.#change();
  }

  /** Takes what the user says is written of what is on the pad, or in the picture over it. @param {string} text */
  choose(text) {
    const { opened } = this;
    const unfinished = this.#unfinished[this.#file ? "picture" : "drawing"];
    if (opened) this.list.correct([{ ...opened, correction: inLine(text) }]);
    else if (unfinished) unfinished.correction = inLine(text);
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
    const { drawing, thumbnail = this.thumbnail(drawing), id = this.list.newId(Date.now()) } = reading;
    if (drawing) this.#undoable.add(key(drawing));
    this.list.put([{ ...reading, thumbnail, id }]);
  }

  /** Takes a drawing out of the list that is on the pad again because its joining was undone. */
  #takeUp(drawing) {
    if (!this.#undoable.delete(key(drawing))) return;
    const reading = this.#find({ drawing });
    if (!reading) return;
    this.#unfinished.drawing = reading;
    this.list.take(reading.id);
  }

  #find({ drawing, id }) {
    if (!drawing) return this.list.find(id);
    return this.list.all.find((reading) => reading.drawing && isSame(reading.drawing, drawing));
  }

  #change() {
    this.list.dispatchEvent(new Event("change"));
  }
}

/** Returns what tells drawings from each other: when their strokes began. */
const key = ({ strokes }) => strokes.map(({ time_ms }) => time_ms).join();

const isSame = (one, other) => key(one) === key(other);

/** Returns when a drawing was begun; drawings with the same first stroke are one that is being drawn. */
const start = ({ strokes }) => strokes[0]?.time_ms;
