/** A hand's own digits for a training: which of them are held back to measure, and how the server gets them. */

import { toBase64 } from "../base64.js";
import { PIXELS } from "../network/article.js";

const MOST = 1000; // own digits that the server takes
const HELD_BACK_EVERY = 3;
const REMEMBERED = 4; // of MNIST's digits, for each of one's own: with all 12,000 one's own would hardly count
const FEWEST_REMEMBERED = 10; // that the server takes

/** @typedef {{images: Uint8Array, labels: number[]}} OwnDigits 784 levels each, 0 for paper to 255 for ink */

export const FEWEST = HELD_BACK_EVERY; // below, none is held back

/**
 * Every third digit is held back, label by label, so that each digit is learnt and measured where there are enough.
 * @param {number[]} labels
 * @returns {boolean[]} whether it is held back
 */
export function heldBack(labels) {
  const order = labels.map((_, place) => place).sort((a, b) => labels[a] - labels[b] || a - b);
  const result = labels.map(() => false);
  order.forEach((place, rank) => (result[place] = rank % HELD_BACK_EVERY === HELD_BACK_EVERY - 1));
  return result;
}

/** @param {OwnDigits} digits @returns {OwnDigits} as many as the server takes, evenly from the first to the last */
export function thinned({ images, labels }) {
  if (labels.length <= MOST) return { images, labels };
  const places = Array.from({ length: MOST }, (_, n) => Math.floor((n * labels.length) / MOST));
  const kept = new Uint8Array(MOST * PIXELS);
  places.forEach((place, n) => kept.set(images.subarray(place * PIXELS, (place + 1) * PIXELS), n * PIXELS));
  return { images: kept, labels: places.map((place) => labels[place]) };
}

/** @param {OwnDigits} digits @returns {object} the member of the request */
export function toRequestMember(digits) {
  const { images, labels } = thinned(digits);
  return { images: toBase64(images), labels, held_back: heldBack(labels) };
}

/** @param {{held_back: boolean[]}} member of the request @returns {number} how many of MNIST's digits are learnt beside one's own */
export function rememberedCount({ held_back }) {
  const count = REMEMBERED * held_back.filter((isHeld) => !isHeld).length;
  return Math.max(count, FEWEST_REMEMBERED);
}
