/**
 * The sheets of a class: lists that are replaced and never changed. They are corrected, undone, forgotten, kept in this tab of
 * the browser, and given to the pages that learn from their digits.
 */

import { fromBase64 } from "../ui/files.js";
import { History, keepWhatFits, loadFromTab } from "../ui/store.js";

const SAME_INK = 0.8; // of two photographs of the same sheet: median cosine similarity of the pixels in a box
const FEWEST_BOXES = 5; // filled on both, to tell: a box or two may be alike by chance

/**
 * @typedef {{model: string, digit: number, confidence: number, certain: boolean, doubt: string?, activations: number[]}}
 *   Reading of a digit by one network
 * @typedef {{id: string, pupil: number, column: number, label: number, image: string?, cutOut: string?,
 *   corners: [number, number][], readings: Reading[], isRemoved: boolean}} Box its column is the digit that the sheet asks
 *   for, its label the one that was written; its image is null where it is empty, else base64 of the 784 pixels that the
 *   networks read; its cut-out, a data URL for people, is null where there was no room for it
 * @typedef {Box} Digit a box that is not empty and was not removed
 * @typedef {{pupils: number, first_pupil: number, page: number}} Layout
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
  const labelled = boxes.map((box, place) => ({ id: `${id}-${place}`, label: box.column, isRemoved: false, ...box }));
  return { id, ...read, boxes: labelled };
}

/** @param {Sheet[]} sheets @returns {Digit[]} sheet by sheet, box by box */
export const digitsOf = (sheets) => sheets.flatMap(({ boxes }) => boxes.filter(isDigit));

/** @param {Box} box @returns {boolean} */
export const isDigit = ({ image, isRemoved }) => image !== null && !isRemoved;

/**
 * @returns {Sheet | undefined} one of which it seems to be another photograph: of the same page, with the same ink in the
 *   boxes that are filled on both, for it may have been continued meanwhile
 */
export const sameSheet = (sheets, sheet) => sheets.find((each) => isSame(each, sheet));

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

/** The sheets as the page has them now. Emits "change" after they have changed. */
export class ClassSheets extends EventTarget {
  /** Undo takes back corrections, and leaves the sheets that were added. @type {History<Sheet[]>} */
  #history = new History([loadSheets()]);
  /** What is kept of them. @type {"all" | "digits" | "none"} */
  kept = this.sheets.every(({ photograph }) => photograph) ? "all" : "digits";
  #lastId = Math.max(0, ...this.sheets.map(({ id }) => id));

  get sheets() {
    return this.#history.present;
  }

  get digits() {
    return digitsOf(this.sheets);
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  /** @returns {number} an id for a sheet, which none has or had */
  newId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** @returns {Box | undefined} */
  find(boxId) {
    return this.sheets.flatMap(({ boxes }) => boxes).find(({ id }) => id === boxId);
  }

  /** @returns {number} place of a sheet, from 1 */
  numberOf = (sheetId) => 1 + this.sheets.findIndex(({ id }) => id === sheetId);

  /** @param {Sheet} sheet @param {number?} replacedId of the sheet in whose place it is put, if any */
  add(sheet, replacedId = null) {
    if (this.sheets.some(({ id }) => id === replacedId)) {
      this.#history.add(this.sheets.map((each) => (each.id === replacedId ? sheet : each)));
    } else {
      this.#history.rewrite((sheets) => [...sheets, sheet]);
    }
    this.#change();
  }

  relabel(boxId, label) {
    if (label !== this.find(boxId).label) this.#changeBox(boxId, { label });
  }

  /** @param {boolean} isRemoved false brings the box back */
  remove(boxId, isRemoved = true) {
    this.#changeBox(boxId, { isRemoved });
  }

  removeSheet(sheetId) {
    this.#history.add(this.sheets.filter(({ id }) => id !== sheetId));
    this.#change();
  }

  undo() {
    if (!this.canUndo) return;
    this.#history.undo();
    this.#change();
  }

  /** Forgets all of it, here and in the tab; nothing brings it back. */
  forget() {
    this.#history = new History([[]]);
    this.#change();
  }

  #changeBox(boxId, change) {
    const changed = (sheet) => ({ ...sheet, boxes: sheet.boxes.map((box) => (box.id === boxId ? { ...box, ...change } : box)) });
    this.#history.add(this.sheets.map((sheet) => (sheet.boxes.some(({ id }) => id === boxId) ? changed(sheet) : sheet)));
    this.#change();
  }

  #change() {
    this.kept = keepSheets(this.sheets);
    this.dispatchEvent(new Event("change"));
  }
}

const KEY = "inkling-class";
const SPARE = 500_000; // characters of room that are left for what the other pages keep

/** @returns {Sheet[]} those of this tab */
export const loadSheets = () => loadFromTab(KEY)?.sheets ?? [];

/**
 * Keeps as much as there is room for.
 * @returns {"all" | "digits" | "none"} whether pictures for people are kept too, or the digits alone
 */
export function keepSheets(sheets) {
  const small = sheets.map((sheet) => ({ ...sheet, photograph: null }));
  const smallest = small.map((sheet) => ({ ...sheet, boxes: sheet.boxes.map((box) => ({ ...box, cutOut: null })) }));
  const stages = sheets.length > 0 ? [sheets, small, smallest] : [];
  const stage = keepWhatFits(KEY, stages.map((kept) => ({ sheets: kept })), SPARE);
  if (stage < 0) return sheets.length > 0 ? "none" : "all";
  return stage === 0 ? "all" : "digits";
}

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
