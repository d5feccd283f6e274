/** The last readings, newest first: lists that are replaced and never changed, as the tab keeps them and as files. */

import { keepWhatFits, loadFromTab } from "../ui/store.js";

const MOST = 100; // readings
const MOST_CHARACTERS = 2_000_000; // as JSON: 4 of the 5 MB that browsers store; the drawing on the pad needs some too

/**
 * @typedef {{text: string, certain: boolean, doubt: string?, model: string,
 *   digits: import("../server/api_client.js").Digit[], left_out: object[], width: number, height: number}} Answer
 * @typedef {{time_ms: number, drawing: import("../pad/drawing.js").Drawing?, picture: string?, thumbnail: string,
 *   answer: Answer, correction: string?}} Reading its time, since 1970, is of no other reading; either the drawing or
 *   the picture, a data URL, was read; the picture is null too where there was no room for it; the correction is what
 *   the user says was written
 */

/** Returns what is kept of an answer of the server: not its sentence, which is in the language of the page, nor the insides. */
export function keptAnswer({ text, digits, certain, doubt, model, left_out, width, height }) {
  return { text, digits: digits.map(keptDigit), certain, doubt, model, left_out, width, height };
}

const keptDigit = ({ layers, output_layer, networks, ...kept }) => kept;

/** @param {string} text in lines @returns {string} the same in one line */
export const inLine = (text) => text.replaceAll("\n", " ");

/** What is shown in place of a guess that is no better than another. */
export const NO_DIGIT = "?";

/** @param {{digits: object[]}} answer @returns {boolean} whether it is to one picture of no digit */
export const isNoDigit = ({ digits }) => digits.length === 1 && digits[0].doubt === "not_a_digit";

/** @param {Reading[]} readings @param {Reading} reading @returns {Reading[]} with it at the place of its time */
export const added = (readings, reading) => broughtBack(readings, [reading]);

/** @param {Reading[]} readings @param {number} time_ms of the reading to leave out @returns {Reading[]} */
export const without = (readings, time_ms) => readings.filter((each) => each.time_ms !== time_ms);

/** @param {Reading[]} readings @param {Reading[]} removed @returns {Reading[]} with those at their places again */
export const broughtBack = (readings, removed) =>
  bounded([...readings, ...removed].sort((one, other) => other.time_ms - one.time_ms));

/** @param {number} time_ms of the reading that is corrected @param {string} text what was written @returns {Reading[]} */
export function corrected(readings, time_ms, text) {
  const correction = text.trim().replace(/\s+/g, "\n");
  return readings.map((each) => (each.time_ms === time_ms ? { ...each, correction } : each));
}

/**
 * @returns {(number | null)[]} the digit that each of its digits shows, null where that is not known: not certain and not
 *   corrected, or corrected to more digits or fewer
 */
export function labels({ answer: { digits, certain }, correction }) {
  if (correction === null) return digits.map(({ digit }) => (certain ? digit : null));
  const written = [...correction].filter((character) => /[0-9]/.test(character)).map(Number);
  return digits.map((_, place) => (written.length === digits.length ? written[place] : null));
}

/** Returns a list that takes less room: without the oldest picture, which leaves its reading, or else without the oldest reading. */
export function reduced(readings) {
  const oldest = readings.findLastIndex(({ picture }) => picture);
  if (oldest < 0) return readings.slice(0, -1);
  return readings.with(oldest, { ...readings[oldest], picture: null });
}

function bounded(readings) {
  let result = readings.slice(0, MOST);
  while (JSON.stringify(result).length > MOST_CHARACTERS) result = reduced(result);
  return result;
}

const KEY = "inkling-readings";
const SPARE = 200_000; // characters of room that are left for the drawing on the pad: for a hundred strokes

/** @returns {Reading[]} those of this tab */
export const loadReadings = () => loadFromTab(KEY) ?? [];

/** Keeps as many as there is room for beside the drawing. @returns {"all" | "some" | "none"} what is kept, pictures included */
export function keepReadings(readings) {
  const place = keepWhatFits(KEY, smallerAndSmaller(readings), SPARE);
  if (place < 0) return readings.length > 0 ? "none" : "all";
  return place === 0 ? "all" : "some";
}

function* smallerAndSmaller(readings) {
  for (let kept = readings; kept.length > 0; kept = reduced(kept)) yield kept;
}

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
