/** The digits that a training learns from and is measured on: the lesson set, and own digits beside it. */

import { PIXELS } from "../network/article.js";
import { inputsOf, slantOf } from "../ui/pixels.js";

const [TRAIN, TEST] = [12_000, 2_000]; // of the lesson set
export const LESSON_SET_BYTES = (TRAIN + TEST) * (1 + PIXELS);
const HELD_BACK_EVERY = 3;
const HALF = 5; // the first digit that a training of half of them leaves out
const SLANT = -0.1; // half of the lesson set's digits lean further to the right

export const FEWEST = HELD_BACK_EVERY; // own digits: below, none is held back

/**
 * @typedef {{image: Uint8Array, label: number}} OwnDigit 784 levels, 0 for paper to 255 for ink
 * @typedef {import("../network/network.js").Examples} Examples
 * @typedef {{train: Examples, test: Examples}} LessonSet
 */

/**
 * @param {ArrayBuffer} buffer a label and 784 levels of each digit: 12,000 to learn from, then 2,000 to test on
 * @returns {LessonSet}
 * @throws {RangeError} when it holds another number of digits
 */
export function parseLessonSet(buffer) {
  if (buffer.byteLength !== LESSON_SET_BYTES) throw new RangeError(`Not ${TRAIN + TEST} digits`);
  const labels = new Uint8Array(buffer, 0, TRAIN + TEST);
  const images = new Uint8Array(buffer, TRAIN + TEST);
  const part = (start, end) => ({
    inputs: inputsOf(images.subarray(start * PIXELS, end * PIXELS)),
    labels: labels.slice(start, end),
  });
  return { train: part(0, TRAIN), test: part(TRAIN, TRAIN + TEST) };
}

/** @param {Examples} examples @param {number} n @returns {Examples} the first ones, or all where there are fewer */
export const first = ({ inputs, labels }, n) => ({ inputs: inputs.subarray(0, n * PIXELS), labels: labels.subarray(0, n) });

/** @param {Examples} one @param {Examples} other @returns {Examples} the one's, then the other's */
export function joined(one, other) {
  const inputs = new Float32Array(one.inputs.length + other.inputs.length);
  inputs.set(one.inputs);
  inputs.set(other.inputs, one.inputs.length);
  return { inputs, labels: Uint8Array.from([...one.labels, ...other.labels]) };
}

/**
 * Every third digit is held back, label by label, so that each digit is learnt and measured where there are enough.
 * @returns {boolean[]} whether it is held back
 */
export function heldBack(labels) {
  const order = labels.map((_, place) => place).sort((a, b) => labels[a] - labels[b] || a - b);
  const result = labels.map(() => false);
  order.forEach((place, rank) => (result[place] = rank % HELD_BACK_EVERY === HELD_BACK_EVERY - 1));
  return result;
}

/** @param {OwnDigit[]} digits @returns {{learnt: Examples, heldBack: Examples}} */
export function split(digits) {
  const held = heldBack(digits.map(({ label }) => label));
  const part = (isHeld) => {
    const chosen = digits.filter((_, place) => held[place] === isHeld);
    return { inputs: inputsOf(chosen.flatMap(({ image }) => [...image])), labels: Uint8Array.from(chosen, ({ label }) => label) };
  };
  return { learnt: part(false), heldBack: part(true) };
}

/** @param {Examples} examples @param {(label: number, pixels: Float32Array) => any} of @returns {any[]} what it gives for each digit */
export const forEachDigit = ({ inputs, labels }, of) =>
  Array.from(labels, (label, n) => of(label, inputs.subarray(n * PIXELS, (n + 1) * PIXELS)));

/** @param {Examples} examples @param {boolean[]} areWanted for each digit @returns {Examples} those that are wanted */
export function chosen({ inputs, labels }, areWanted) {
  const places = [...labels.keys()].filter((place) => areWanted[place]);
  const kept = new Float32Array(places.length * PIXELS);
  places.forEach((place, n) => kept.set(inputs.subarray(place * PIXELS, (place + 1) * PIXELS), n * PIXELS));
  return { inputs: kept, labels: Uint8Array.from(places, (place) => labels[place]) };
}

/** @param {number} label @returns {0 | 1} the half that it is of: 0 to 4, or 5 to 9 */
export const halfOf = (label) => (label < HALF ? 0 : 1);

const slantHalfOf = (_, pixels) => (slantOf(pixels) < SLANT ? 0 : 1);

/**
 * Of trainings with a half of the digits: the half that a digit is of, where the first one is learnt.
 * @type {Record<string, (label: number, pixels: ArrayLike<number>) => 0 | 1>} by the value of the knob
 */
export const HALVES = { half: halfOf, slanted: slantHalfOf, upright: (...digit) => 1 - slantHalfOf(...digit) };
