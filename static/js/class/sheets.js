/**
 * The sheets of a class: a list that is corrected, undone, forgotten, kept in this tab of the browser, saved as entries, and given to
 * the pages that learn from its digits.
 */

import { EntryList, TabStore } from "../readings/entry_list.js";
import { fromBase64 } from "../ui/files.js";

const SAME_INK = 0.8; // of two photographs of the same sheet: median cosine similarity of the pixels in a box
const FEWEST_BOXES = 5; // that are filled on both: one or two may be alike by chance

/**
 * @typedef {{model: string, digit: number, confidence: number, certain: boolean, doubt: string?, activations: number[]}}
 *   Reading of a digit by one network
 * @typedef {{id: string, pupil: number, column: number, label: number, image: string?, cutOut: string?,
 *   corners: [number, number][], readings: Reading[], isRemoved: boolean}} Box its column is the digit that the sheet asks
 *   for, its label the one that was written; its image is null where it is empty, else base64 of the 784 pixels that the
 *   networks read; its cut-out, a data URL for people, is null where there was no room for it
 * @typedef {Box} Digit a box that is not empty and was not removed
 * @typedef {{pupils: number, first_pupil: number, page: number} | {room: string}} Layout of a printed page, or the code of the room
 *   whose phones sent the digits
 * @typedef {{id: number, layout: Layout, width: number, height: number, photograph: string?, boxes: Box[]}} Sheet its
 *   corners are in pixels of the size that it says, clockwise from the top left; the photograph is a data URL, null where
 *   there was no room for it
 * @typedef {Omit<Sheet, "id" | "boxes"> & {boxes: Omit<Box, "id" | "label" | "isRemoved">[]}} ReadSheet as it was read
 */

/**
 * @param {ReadSheet} read
 * @param {number} id that no other sheet has
 * @returns {Sheet} with the labels that it asks for
 */
export function sheetOf({ boxes, ...read }, id) {
  const labelled = boxes.map((box, place) => ({ ...box, id: `${id}-${place}`, label: box.column, isRemoved: false }));
  return { ...read, id, boxes: labelled };
}

/** In the place of a room's code: the digits were drawn on this device, in the standalone file. */
export const THIS_DEVICE = "this-device";

const COLUMNS = 10;

/**
 * @param {Sheet} sheet of a room @param {Omit<Box, "id" | "label" | "cutOut" | "corners" | "isRemoved">[]} arrived from its phones, whose
 *   numbers are those of pupils
 * @returns {Sheet} with these in their boxes, and a row for each phone up to the highest number
 */
export function withArrived(sheet, arrived) {
  const rows = Math.max(sheet.boxes.length / COLUMNS, ...arrived.map(({ pupil }) => pupil));
  const newest = new Map(arrived.map((box) => [(box.pupil - 1) * COLUMNS + box.column, box]));
  const boxes = Array.from({ length: COLUMNS * rows }, (_, place) => {
    if (!newest.has(place) && sheet.boxes[place]) return sheet.boxes[place];
    const [pupil, column] = [Math.floor(place / COLUMNS) + 1, place % COLUMNS];
    const { image, readings } = newest.get(place) ?? { image: null, readings: [] };
    return { id: `${sheet.id}-${place}`, pupil, column, label: column, image, cutOut: null, corners: [], readings, isRemoved: false };
  });
  return { ...sheet, boxes };
}

/** @param {Sheet[]} sheets @returns {Digit[]} sheet by sheet, box by box */
export const digitsOf = (sheets) => sheets.flatMap(({ boxes }) => boxes.filter(isDigit));

/** @param {Box} box @returns {boolean} */
export const isDigit = ({ image, isRemoved }) => image !== null && !isRemoved;

/**
 * @returns {Sheet | undefined} one of which it seems to be another photograph: of the same page, with the same ink in the
 *   boxes that are filled on both, for it may have been continued meanwhile
 */
export const sameSheet = (sheets, sheet) => sheets.find((other) => isSame(other, sheet));

function isSame(one, other) {
  const sameLayout = ["pupils", "first_pupil", "page"].every((name) => one.layout[name] === other.layout[name]);
  if (!sameLayout || one.boxes.length !== other.boxes.length) return false;
  const pairs = one.boxes.map((box, place) => [box.image, other.boxes[place].image]);
  const inBoth = pairs.filter(([first, second]) => first !== null && second !== null);
  if (inBoth.length < FEWEST_BOXES) return false;
  return median(inBoth.map((images) => similarity(...images.map(fromBase64)))) > SAME_INK;
}

function similarity(one, other) {
  const product = (first, second) => first.reduce((sum, value, place) => sum + value * second[place], 0);
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
}

const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

const SPARE = 500_000; // characters of room that are left for what the other pages keep

/** Returns the sheets, then without photographs, then without the other pictures for people. */
function lessAndLess(sheets) {
  const small = sheets.map((sheet) => ({ ...sheet, photograph: null }));
  const smallest = small.map((sheet) => ({ ...sheet, boxes: sheet.boxes.map((box) => ({ ...box, cutOut: null })) }));
  return [sheets, small, smallest];
}

const storeOfTab = () => new TabStore("inkling-class", lessAndLess, SPARE);

/** @returns {Sheet[]} those of this tab */
export const loadSheets = () => storeOfTab().load();

/** Emits "change" after the sheets have changed. */
export class ClassSheets extends EntryList {
  constructor() {
    super(storeOfTab(), loadSheets());
    this.store.kept = this.all.every(({ photograph, layout }) => photograph || layout.room) ? "all" : "some";
  }

  get digits() {
    return digitsOf(this.all);
  }

  /** @returns {Box | undefined} */
  findBox(boxId) {
    return this.all.flatMap(({ boxes }) => boxes).find(({ id }) => id === boxId);
  }

  /** @returns {number} place of a sheet, from 1 */
  numberOf = (sheetId) => 1 + this.all.findIndex(({ id }) => id === sheetId);

  /** Puts a sheet in the place of another photograph of it, which undo brings back, if that is still there. @param {ReadSheet} read */
  replace(id, read) {
    const sheet = sheetOf(read, id);
    if (this.find(id)) this.correct([sheet]);
    else this.put([sheet]);
  }

  /** Puts what came from the phones of a room on its sheet, which is new with the first. @param {string} room its code */
  takeFromRoom(room, arrived) {
    const isOfRoom = ({ layout }) => layout.room === room;
    if (!this.all.some(isOfRoom)) {
      this.put([{ id: this.newId(), layout: { room }, width: 0, height: 0, photograph: null, boxes: [] }]);
    }
    this.change((sheet) => (isOfRoom(sheet) ? withArrived(sheet, arrived) : sheet));
  }

  /** @param {{label?: number, isRemoved?: boolean}} change of a box */
  correctBox(boxId, change) {
    const sheet = this.all.find(({ boxes }) => boxes.some(({ id }) => id === boxId));
    if (Object.entries(change).every(([name, value]) => this.findBox(boxId)[name] === value)) return;
    this.correct([{ ...sheet, boxes: sheet.boxes.map((box) => (box.id === boxId ? { ...box, ...change } : box)) }]);
  }
}

/**
 * @param {Sheet[]} sheets @param {string} model whose reading is the answer
 * @param {(image: string) => string} toPng returns the pixels as the data URL of a picture
 * @returns {import("../readings/entry.js").Entry[]} an entry a digit; what was written is its correction
 */
export const entriesOf = (sheets, model, toPng) =>
  sheets.flatMap((sheet, place) =>
    digitsOf([sheet]).map(({ id, pupil, column, label, image, readings }) => {
      const read = readings.find((reading) => reading.model === model);
      const { digit, certain = false, doubt = null, confidence, activations } = read ?? {};
      const kept = { digit, certain, doubt, confidence, activations, image: toPng(image) };
      const answer = { text: String(digit ?? ""), certain, doubt, model, digits: [kept], left_out: [] };
      const file = `sheet ${place + 1} pupil ${pupil} column ${column}`;
      return { id, file, pupil, column, answer, correction: String(label), error: "", readings };
    }),
  );

const CHANNEL = "inkling-class";
const ASKED = "asked"; // by a tab for the digits of the others

/** Emits "change" after another tab has given its digits, or has forgotten them: these are held in memory alone. */
export class ClassDigits extends EventTarget {
  /** Of another tab. @type {Digit[]} */
  #shared = [];
  #channel = new BroadcastChannel(CHANNEL);

  /** @param {() => Digit[]} loadKept returns those of this tab */
  constructor(loadKept = () => digitsOf(loadSheets())) {
    super();
    this.loadKept = loadKept;
    this.#channel.addEventListener("message", ({ data }) => {
      if (data !== ASKED) {
        this.#shared = data;
        this.dispatchEvent(new Event("change"));
      } else if (loadKept().length > 0) this.share();
    });
    this.#channel.postMessage(ASKED);
  }

  /** Gives this tab's digits to the other tabs. */
  share() {
    this.#channel.postMessage(this.loadKept().map(({ image, label }) => ({ image, label })));
  }

  /** @returns {import("../learn/lesson_set.js").OwnDigit[]} as corrected; none where no sheet was read in a tab that is open */
  load() {
    const kept = this.loadKept();
    const digits = kept.length > 0 ? kept : this.#shared;
    return digits.map(({ image, label }) => ({ image: fromBase64(image), label }));
  }

  close() {
    this.#channel.close();
  }
}
