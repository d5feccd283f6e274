/** The readings as files: tables of pixels, names of pictures, JSON. The oldest reading is the first. */

import { labels } from "./list.js";

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

/** Returns all that is known of the readings but their pictures. @param {Reading[]} readings newest first */
export function toJson(readings) {
  const documents = readings.toReversed().map((reading) => {
    const { time_ms, drawing, answer, correction } = reading;
    const digits = answer.digits.map((digit, place) => ({ ...digit, label: labels(reading)[place] }));
    return { time: new Date(time_ms).toISOString(), correction, ...answer, digits, drawing };
  });
  return JSON.stringify({ readings: documents }, null, 1);
}
