/** The sheets of a class: lists that are replaced and never changed. */

import { fromBase64 } from "../ui/files.js";

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
