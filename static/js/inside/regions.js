/** In which part of the digit contributions lie, so that a sentence can name it. */

import { SIDE, outline } from "./geometry.js";

const PARTS = 3; // each way: top, middle, bottom; left, middle, right

/**
 * The parts of the digit, a third of its height and width each, whose contributions add up to most and to least.
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {number[]} contributions of the pixels
 * @returns {{up: Part?, down: Part?}} nothing where no part adds up to more, or to less, than 0
 * @typedef {{part: number, sum: number}} Part from 0, top left, to 8, bottom right
 */
export function strongestParts(pixels, contributions) {
  const { left, top, width, height } = outline(pixels);
  const third = (place, start, size) => Math.floor((PARTS * (place - start)) / size);
  const sums = new Array(PARTS * PARTS).fill(0);
  contributions.forEach((contribution, place) => {
    if (!contribution) return;
    const [row, column] = [Math.floor(place / SIDE), place % SIDE];
    sums[PARTS * third(row, top, height) + third(column, left, width)] += contribution;
  });
  const ranked = sums.map((sum, part) => ({ part, sum })).sort((one, other) => other.sum - one.sum);
  const [most, least] = [ranked[0], ranked.at(-1)];
  return { up: most.sum > 0 ? most : null, down: least.sum < 0 ? least : null };
}
