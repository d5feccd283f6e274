/**
 * Which part of the ink decided: each part is removed in turn, and the network reads what is left.
 *
 * M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2, cover squares of a
 * picture. Here the parts are the thirds of the ink's height and width, and where no such part decides, whole thirds of one
 * of them.
 */

import { nextTask } from "../ui/dom.js";
import { aDigit } from "../ui/format.js";
import { outline, SIDE } from "../ui/pixels.js";
import { formatNumber, translate } from "../ui/translate.js";
import { twoLargest } from "./sums.js";

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
 *   {kind: "both", part?: Part, rival?: Part, other: number} | {kind: "no-digit", most: number}} Reason
 *   decides: without the part it would be the other digit; counts: no digit would be clear; none: without any part it would be
 *   the same; both: what one part does for the digit, and the rival for the other one
 * @param {(pixels: Float32Array) => {sums: ArrayLike<number>, activations: number[]}} read computes the outputs
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {{digit: number, other: number, doubt?: string?, isPair?: boolean}} asked why it is the digit; the other one is the
 *   runner-up, or in a pair the only one that it is compared with
 * @yields {Reason?} null before each computation, so that the page can do something else; at last the reason
 */
export function* findReason(read, pixels, { digit, other, doubt = null, isPair = false }) {
  const { sums, activations } = read(Float32Array.from(pixels));
  if (doubt === "not_a_digit") return yield { kind: "no-digit", most: Math.max(...activations) };
  const isIn = partsOfInk(pixels);
  /** What would be read without each part, the runner-up and then the clearest other digit first. */
  function* without(parts) {
    const found = [];
    for (const part of parts) {
      yield null;
      const computed = read(Float32Array.from(pixels, (pixel, place) => (isIn(place, part) ? 0 : pixel)));
      const [leader] = twoLargest(computed.sums);
      const drop = sums[digit] - sums[other] - (computed.sums[digit] - computed.sums[other]);
      found.push({ part, leader, drop, activation: computed.activations[leader] });
    }
    return found;
  }
  const clearest = (found) => {
    const others = found.filter(({ leader }) => (isPair ? leader === other : leader !== digit));
    return others.sort((one, two) => (two.leader === other) - (one.leader === other) || two.activation - one.activation);
  };
  const isClear = (found) => found?.activation >= CLEAR;
  const decides = ({ part, leader }) => ({ kind: "decides", part, other: leader });
  const cells = yield* without(CELLS);
  const isLeading = twoLargest(sums)[0] === digit;
  const both = speaking(cells, other);
  if (doubt === "unclear" && both.part && both.rival) return yield both;
  const [small] = isLeading ? clearest(cells) : [];
  if (isClear(small)) return yield decides(small);
  if (isPair) return yield both;
  const [large] = clearest(yield* without(BANDS));
  if (isClear(large)) return yield decides(large);
  const unclear = small ?? large;
  return yield unclear ? { kind: "counts", part: unclear.part } : { kind: "none" };
}

/**
 * Finds why a digit is read, in steps between which the page does other work.
 * @param {{digit: number, activations: number[], doubt?: string?}} answer
 * @param {() => boolean} isOver whether nobody waits for it any more
 * @returns {Promise<Reason?>} null where it is over before the reason is found
 */
export async function searchReason(read, pixels, { digit, activations, doubt }, isOver) {
  const other = twoLargest(activations).find((each) => each !== digit); // as the bars of the answer say
  for (const reason of findReason(read, pixels, { digit, other, doubt })) {
    if (reason) return reason;
    await nextTask();
    if (isOver()) break;
  }
  return null;
}

/** @returns {Reason} the parts without which the gap would be smallest, and largest: at least one of them, because SHARE is below a ninth */
function speaking(cells, other) {
  const sorted = cells.toSorted((one, two) => two.drop - one.drop);
  const least = SHARE * cells.reduce((sum, { drop }) => sum + Math.abs(drop), 0);
  const [most, rival] = [sorted[0], sorted.at(-1)];
  return { kind: "both", other, part: most.drop > least ? most.part : undefined, rival: -rival.drop > least ? rival.part : undefined };
}

const capital = (text) => text[0].toLocaleUpperCase() + text.slice(1);

/** @param {Reason} reason @param {number} digit @returns {string} */
export function sentenceOf({ kind, part: { name } = {}, rival, other, most }, digit) {
  const values = { part: name && capital(name), digit: aDigit(digit), other: other === undefined ? "" : aDigit(other) };
  if (kind === "decides") return translate("{part} made it {digit}, not {other}.", values);
  if (kind === "counts") return translate("{part} counts most: without it, no digit would be clear.", values);
  if (kind === "both" && name && rival) {
    return translate("{part} speaks for {digit}, {rival} for {other}.", { ...values, digit, other, rival: rival.name });
  }
  if (kind === "both") {
    return translate("{part} speaks most for {digit}.", { part: capital(name ?? rival.name), digit: name ? digit : other });
  }
  if (kind === "none") return translate("No part decides alone: without any one of them, it would still be {digit}.", values);
  return translate("No output rises above {percent} %: not a digit.", { percent: formatNumber(Math.ceil(100 * most)) });
}
