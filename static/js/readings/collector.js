/**
 * Decides when a drawing joins the list of the last readings: when it leaves the pad, because the pad is cleared or an earlier
 * drawing is opened. Until then another stroke may belong to it: a 4 of two strokes is one reading. Undo takes it out of the list
 * again. What is undone stroke by stroke does not join, and neither does a drawing that was not read to its end: there is no answer
 * to all of it.
 */

import { inLine, keptAnswer } from "./entry.js";
import { EntryList, TabStore } from "./entry_list.js";

/**
 * @typedef {import("../pad/drawing.js").Drawing} Drawing
 * @typedef {import("./entry.js").Entry & {drawing?: Drawing, picture?: string}} Reading its id is when it was begun, in milliseconds
 *   since 1970; either the drawing or a picture was read: this as a data URL, where there was room for it
 */

const MOST = 2000; // readings
const MOST_CHARACTERS = 2_000_000; // of their pictures
const SPARE = 200_000; // characters of room that are left for the drawing on the pad: for a hundred strokes

const storeOfTab = () => new TabStore("inkling-readings", lessAndLess, SPARE);

/** @returns {Reading[]} those of this tab */
export const loadReadings = () => storeOfTab().load();

export const readingList = () => new EntryList(storeOfTab(), loadReadings(), bounded);

/** Returns a list that takes less room: without the older half of the pictures, or, without pictures, of the readings. */
export function reduced(readings) {
  const pictured = readings.filter(({ picture }) => picture);
  if (pictured.length === 0) return readings.slice(Math.ceil(readings.length / 2));
  const left = pictured.slice(0, Math.ceil(pictured.length / 2));
  return readings.map((reading) => (left.includes(reading) ? { ...reading, picture: null } : reading));
}

function* lessAndLess(readings) {
  for (let kept = readings; kept.length > 0; kept = reduced(kept)) yield kept;
}

/** Returns the newest readings, and of these the newest pictures. */
function bounded(readings) {
  let room = MOST_CHARACTERS;
  const withinRoom = (reading) => {
    room -= reading.picture?.length ?? 0;
    return reading.picture && room < 0 ? { ...reading, picture: null } : reading;
  };
  return readings.slice(-MOST).toReversed().map(withinRoom).toReversed();
}

export class Collector {
  #drawing;
  /** The answer to the drawing, which has not joined. @type {Reading?} */
  #unfinished = null;
  /** The drawings that joined in this visit, and that undo takes out again. @type {Set<string>} */
  #undoable = new Set();

  /**
   * @param {EntryList} list that emits "change", too, after what is on the pad has changed
   * @param {Drawing} drawing on the pad
   * @param {(drawing: Drawing) => string} thumbnail returns a small picture of a drawing as a data URL
   */
  constructor(list, drawing, thumbnail) {
    Object.assign(this, { list, thumbnail });
    this.#drawing = drawing;
  }

  /** The reading that is on the pad as it was. @returns {Reading | undefined} */
  get opened() {
    return this.#find(this.#drawing);
  }

  /** Takes the answer to a drawing. @param {Drawing} drawing @param {object} answer of the server */
  note(drawing, answer) {
    const correction = this.#unfinished && isSame(this.#unfinished.drawing, drawing) ? this.#unfinished.correction : null;
    this.#unfinished = { file: null, drawing, picture: null, answer: keptAnswer(answer), correction, error: "" };
  }

  /** @param {Drawing} drawing that is on the pad now @param {boolean} isUndo whether it was there before */
  change(drawing, isUndo) {
    const before = this.#drawing;
    if (isUndo) {
      this.#takeUp(drawing);
    } else if (start(before) === start(drawing)) {
      this.#takeUp(before); // it joined while it was on the pad, and goes on
    } else {
      this.collect();
      this.#undoable.delete(key(drawing)); // it was opened: undo leaves it where it is
    }
    this.#drawing = drawing;
    this.list.dispatchEvent(new Event("change"));
  }

  /** Takes what the user says is written of what is on the pad. @param {string} text */
  choose(text) {
    const { opened } = this;
    if (opened) this.list.correct([{ ...opened, correction: inLine(text) }]);
    else if (this.#unfinished) this.#unfinished.correction = inLine(text);
  }

  /** What is on the pad joins, if it has an answer and is not in the list already, as an opened reading is. */
  collect() {
    const reading = this.#unfinished;
    if (!reading || !isSame(reading.drawing, this.#drawing)) return;
    this.#unfinished = null;
    if (this.opened) return;
    this.#undoable.add(key(this.#drawing));
    this.list.put([{ ...reading, thumbnail: this.thumbnail(this.#drawing), id: reading.id ?? this.list.newId(Date.now()) }]);
  }

  /** Takes a drawing out of the list that is on the pad again because its joining was undone. */
  #takeUp(drawing) {
    if (!this.#undoable.delete(key(drawing))) return;
    const reading = this.#find(drawing);
    if (!reading) return;
    this.#unfinished = reading;
    this.list.take(reading.id);
  }

  #find(drawing) {
    return this.list.all.find((reading) => reading.drawing && isSame(reading.drawing, drawing));
  }
}

/** Returns what tells drawings from each other: when their strokes began. */
const key = ({ strokes }) => strokes.map(({ time_ms }) => time_ms).join();

const isSame = (one, other) => key(one) === key(other);

/** Returns when a drawing was begun; drawings with the same first stroke are one that is being drawn. */
const start = ({ strokes }) => strokes[0]?.time_ms;
