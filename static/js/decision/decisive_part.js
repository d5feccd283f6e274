/**
 * Which part of the ink decided: each part is removed in turn, and the network that answered reads what is left.
 *
 * M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2, cover squares of a
 * picture. Here the parts are the thirds of the ink's height and width, and where no such part decides, whole thirds of one
 * of them.
 */

import { twoLargest } from "../inside/sums.js";
import { outline } from "../inside/attribution.js";
import { aDigit } from "../ui/format.js";
import { formatNumber, translate } from "../ui/translate.js";
import { SIDE } from "../ui/pixels.js";

const CLEAR = 0.5; // activation of another digit from which on it would be that digit
const SHARE = 0.1; // of all changes of the gap, from which on a part speaks for a digit

const third = (number) => (place) => place === number;
const any = () => true;

/** @typedef {{name: string, row: (third: number) => boolean, column: (third: number) => boolean}} Part */

const part = (name, row, column) => ({ name, row, column });
const [FIRST, SECOND, THIRD] = [0, 1, 2].map(third);

/** @type {Part[]} */
const CELLS = [
  part(translate("the stroke at the top left"), FIRST, FIRST),
  part(translate("the stroke at the top"), FIRST, SECOND),
  part(translate("the stroke at the top right"), FIRST, THIRD),
  part(translate("the stroke at the left"), SECOND, FIRST),
  part(translate("the stroke in the middle"), SECOND, SECOND),
  part(translate("the stroke at the right"), SECOND, THIRD),
  part(translate("the stroke at the bottom left"), THIRD, FIRST),
  part(translate("the stroke at the bottom"), THIRD, SECOND),
  part(translate("the stroke at the bottom right"), THIRD, THIRD),
];

/** @type {Part[]} */
const BANDS = [
  part(translate("the top third"), FIRST, any),
  part(translate("the middle third"), SECOND, any),
  part(translate("the bottom third"), THIRD, any),
  part(translate("the left third"), any, FIRST),
  part(translate("the right third"), any, THIRD),
];

/** @param {ArrayLike<number>} pixels @returns {(place: number, part: Part) => boolean} whether a pixel lies in a part of their ink */
export function partsOfInk(pixels) {
  const { left, top, width, height } = outline(pixels);
  const thirdOf = (place, start, size) => Math.floor((3 * (place - start)) / size);
  return (place, { row, column }) =>
    row(thirdOf(Math.floor(place / SIDE), top, height)) && column(thirdOf(place % SIDE, left, width));
}

/**
 * @typedef {{kind: "decides", part: Part, other: number} | {kind: "counts", part: Part} | {kind: "none"} |
 *   {kind: "both", part: Part, rival: Part, other: number} | {kind: "no-digit", most: number}} Reason
 *   decides: without the part it would be the other digit; counts: no digit would be clear; none: without any part it would be
 *   the same; both: one part is for the answer, the rival for the next digit
 * @param {(pixels: Float32Array) => {sums: ArrayLike<number>, activations: number[]}} read computes the outputs
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {{digit: number, doubt: string?}} answer to them
 * @param {() => Promise<void>} pause lets the page do something else, before each computation
 * @returns {Promise<Reason>}
 */
export async function findReason(read, pixels, { digit, doubt }, pause) {
  const { sums, activations } = read(Float32Array.from(pixels));
  if (doubt === "not_a_digit") return { kind: "no-digit", most: Math.max(...activations) };
  const isIn = partsOfInk(pixels);
  const [other] = twoLargest(sums.map((sum, each) => (each === digit ? -Infinity : sum)));
  const without = async (parts) => {
    const found = [];
    for (const removed of parts) {
      await pause();
      const computed = read(Float32Array.from(pixels, (pixel, place) => (isIn(place, removed) ? 0 : pixel)));
      const [leader] = twoLargest(computed.sums);
      const drop = sums[digit] - sums[other] - (computed.sums[digit] - computed.sums[other]);
      found.push({ part: removed, leader, drop, activation: computed.activations[leader] });
    }
    return found;
  };
  const cells = await without(CELLS);
  if (doubt === "unclear") {
    const [most, least] = [cells.toSorted((one, two) => two.drop - one.drop)[0], cells.toSorted((one, two) => one.drop - two.drop)[0]];
    const clear = SHARE * cells.reduce((sum, { drop }) => sum + Math.abs(drop), 0);
    if (most.drop > clear && -least.drop > clear) return { kind: "both", part: most.part, rival: least.part, other };
  }
  const othersOf = (found) => found.filter(({ leader }) => leader !== digit).sort((one, two) => two.activation - one.activation);
  const [small] = othersOf(cells);
  if (small?.activation >= CLEAR) return { kind: "decides", part: small.part, other: small.leader };
  const [large] = othersOf(await without(BANDS));
  if (large?.activation >= CLEAR) return { kind: "decides", part: large.part, other: large.leader };
  const unclear = small ?? large;
  return unclear ? { kind: "counts", part: unclear.part } : { kind: "none" };
}

const capital = (text) => text[0].toLocaleUpperCase() + text.slice(1);

/** @param {Reason} reason @param {number} digit @returns {string} */
export function sentenceOf({ kind, part: { name } = {}, rival, other, most }, digit) {
  const values = { part: name && capital(name), digit: aDigit(digit), other: other === undefined ? "" : aDigit(other) };
  if (kind === "decides") return translate("{part} made it {digit}, not {other}.", values);
  if (kind === "counts") return translate("{part} counts most: without it, no digit would be clear.", values);
  if (kind === "both") return translate("{part} speaks for {digit}, {rival} for {other}.", { ...values, digit, other, rival: rival.name });
  if (kind === "none") return translate("No part decides alone: without any one of them, it would still be {digit}.", values);
  return translate("No output rises above {percent} %: not a digit.", { percent: formatNumber(Math.ceil(100 * most)) });
}
