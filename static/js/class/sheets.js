/**
 * The sheets of a class: lists that are replaced and never changed. They are corrected, undone, forgotten, kept in this tab of
 * the browser, and given to the pages that learn from their digits.
 */

import { fromBase64 } from "../ui/files.js";
import { SIDE } from "../ui/pixels.js";

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

/** @returns {Sheet[]} with what was written in a box */
export const relabelled = (sheets, boxId, label) => changed(sheets, boxId, { label });

/** @returns {Sheet[]} without a box, which can be brought back, or with it again */
export const withRemoved = (sheets, boxId, isRemoved) => changed(sheets, boxId, { isRemoved });

/** @returns {Sheet[]} without one */
export const withoutSheet = (sheets, id) => sheets.filter((each) => each.id !== id);

/** @returns {Sheet[]} with another in place of one, in its order; at the end without that */
export const withSheet = (sheets, sheet, replacedId = null) =>
  replacedId === null ? [...sheets, sheet] : sheets.map((each) => (each.id === replacedId ? sheet : each));

function changed(sheets, boxId, change) {
  return sheets.map((sheet) => {
    if (!sheet.boxes.some(({ id }) => id === boxId)) return sheet;
    return { ...sheet, boxes: sheet.boxes.map((box) => (box.id === boxId ? { ...box, ...change } : box)) };
  });
}

/**
 * @param {Sheet[]} sheets
 * @param {Sheet} sheet
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

/** @typedef {Sheet} Sheet */

/** Emits "change" after the sheets have changed. */
export class ClassSheets extends EventTarget {
  /** @type {Sheet[]} */
  sheets = loadSheets();
  /** What is kept of them. @type {"all" | "digits" | "none"} */
  kept = this.sheets.every(({ photograph }) => photograph) ? "all" : "digits";
  /** What takes the corrections back, the last at the end. @type {((sheets: Sheet[]) => Sheet[])[]} */
  #undos = [];
  #lastId = Math.max(0, ...this.sheets.map(({ id }) => id));

  get digits() {
    return digitsOf(this.sheets);
  }

  get canUndo() {
    return this.#undos.length > 0;
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
    const replaced = this.sheets.find(({ id }) => id === replacedId);
    if (replaced) this.#undos.push((sheets) => withSheet(sheets, replaced, sheet.id));
    this.#change(withSheet(this.sheets, sheet, replaced ? replacedId : null));
  }

  relabel(boxId, label) {
    const { label: before } = this.find(boxId);
    if (label === before) return;
    this.#undos.push((sheets) => relabelled(sheets, boxId, before));
    this.#change(relabelled(this.sheets, boxId, label));
  }

  remove(boxId, isRemoved = true) {
    this.#undos.push((sheets) => withRemoved(sheets, boxId, !isRemoved));
    this.#change(withRemoved(this.sheets, boxId, isRemoved));
  }

  removeSheet(sheetId) {
    const removed = this.sheets.find(({ id }) => id === sheetId);
    this.#undos.push((sheets) => withSheet(sheets, removed));
    this.#change(withoutSheet(this.sheets, sheetId));
  }

  undo() {
    const undo = this.#undos.pop();
    if (undo) this.#change(undo(this.sheets));
  }

  /** Forgets all of it, here and in the tab; nothing brings it back. */
  forget() {
    this.#undos = [];
    forgetSheets();
    this.#change([]);
  }

  #change(sheets) {
    this.sheets = sheets;
    this.kept = keepSheets(sheets);
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * Keeps the sheets in this tab of the browser, over a reload and for the other pages, until the tab is closed: on a machine
 * that classes share, the next one does not find them.
 */

const KEY = "inkling-class";
const SPARE = " ".repeat(500_000); // room that is left for what the other pages keep

/** @typedef {Sheet} Sheet */

/** @returns {Sheet[]} */
export function loadSheets() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)).sheets;
  } catch {
    return []; // nothing is kept, or the browser forbids storage
  }
}

/**
 * Keeps as much as there is room for.
 * @param {Sheet[]} sheets
 * @returns {"all" | "digits" | "none"} whether pictures for people are kept too, or the digits alone
 */
export function keepSheets(sheets) {
  if (sheets.length === 0) return forgetSheets();
  const stages = [sheets, sheets.map(withoutPhotograph), sheets.map(withoutPhotograph).map(withoutCutOuts)];
  for (const [stage, kept] of stages.entries()) {
    try {
      const json = JSON.stringify({ sheets: kept });
      sessionStorage.setItem(KEY, json + SPARE);
      sessionStorage.setItem(KEY, json);
      return stage === 0 ? "all" : "digits";
    } catch (error) {
      if (error.name !== "QuotaExceededError") break;
    }
  }
  forgetSheets();
  return "none";
}

/** @returns {"all"} there is nothing that is not kept */
export function forgetSheets() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // forbidden: then there is nothing
  }
  return "all";
}

const withoutPhotograph = (sheet) => ({ ...sheet, photograph: null });
const withoutCutOuts = (sheet) => ({ ...sheet, boxes: sheet.boxes.map((box) => ({ ...box, cutOut: null })) });

const PIXELS = SIDE * SIDE;
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

  /**
   * @returns {import("../learn/lesson_set.js").OwnDigits} with what was written as corrected; none where no sheet was read in a
   *   tab that is open
   */
  load() {
    const kept = this.loadKept();
    const digits = kept.length > 0 ? kept : this.#shared;
    const images = new Uint8Array(digits.length * PIXELS);
    for (const [place, { image }] of digits.entries()) images.set(fromBase64(image), place * PIXELS);
    return { images, labels: digits.map(({ label }) => label) };
  }

  close() {
    this.#channel.close();
  }
}
