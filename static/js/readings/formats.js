/** The readings as files: tables of pixels, names of pictures, JSON. The oldest reading is the first. */

import { labels } from "./list.js";

const PIXELS = 28 * 28;

/** @typedef {import("./list.js").Reading} Reading */

/**
 * Returns the digits whose label is known, and how many have none: nothing is to be learnt from a guess.
 * @param {Reading[]} readings newest first
 * @returns {{labelled: {label: number, image: string, name: string}[], unlabelled: number}} the label, the 28 × 28 pixels
 *   as a data URL, and the path in a folder of pictures that has a folder for each label
 */
export function labelledDigits(readings) {
  const digits = readings.toReversed().flatMap((reading, number) =>
    labels(reading).map((label, place) => ({
      label,
      image: reading.answer.digits[place].image,
      name: `${label}/reading-${number + 1}-digit-${place + 1}.png`,
    })),
  );
  const labelled = digits.filter(({ label }) => label !== null);
  return { labelled, unlabelled: digits.length - labelled.length };
}

/**
 * Returns a table as Kaggle's train.csv is.
 * @param {{label: number, pixels: ArrayLike<number>}[]} rows 784 pixels each, 0 to 255, row by row
 */
export function toCsv(rows) {
  const header = ["label", ...Array.from({ length: PIXELS }, (_, place) => `pixel${place}`)];
  return [header, ...rows.map(({ label, pixels }) => [label, ...pixels])].map((cells) => `${cells.join()}\n`).join("");
}

/** Returns all that is known of the readings but their pictures. @param {Reading[]} readings newest first */
export function toJson(readings) {
  const documents = readings.toReversed().map((reading) => {
    const { time_ms, drawing, answer, correction } = reading;
    const digits = answer.digits.map((digit, place) => ({ ...digit, label: labels(reading)[place] }));
    return { time: new Date(time_ms).toISOString(), correction, ...answer, digits, drawing };
  });
  return JSON.stringify({ readings: documents }, null, 1);
}

/** @param {string} name such as "digits.csv" @param {Date} date @returns {string} such as "inkling-2026-11-26-digits.csv" */
export function fileName(name, date) {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return ["inkling", ...parts.map((part) => String(part).padStart(2, "0")), name].join("-");
}
