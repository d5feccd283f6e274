import assert from "node:assert/strict";
import { test } from "node:test";
import { findReason, partsOfInk, sentenceOf } from "../../../../static/js/inside/decisive_part.js";

/** A 3: two bows, of which the upper one reaches from (4, 4) to the right. Its ink is 21 rows high and 12 columns wide. */
const pixels = new Float32Array(784);
const at = (row, column) => 28 * row + column;
for (let row = 4; row < 25; row++) pixels[at(row, 15)] = 1;
for (const row of [4, 14, 24]) for (let column = 4; column < 16; column++) pixels[at(row, column)] = 1;

const hasInk = (picture, row, column) => picture[at(row, column)] > 0;
/** A network that decides by a rule: it gives one digit a sum of 5 and this activation, and others 0. */
const decidingBy = (rule, activation = 0.9) => (picture) => {
  const sums = new Float32Array(10);
  sums[rule(picture)] = 5;
  return { sums, activations: Array.from(sums, (sum) => (sum ? activation : (1 - activation) / 9)) };
};
const sentence = (read, asked = {}) => sentenceOf([...findReason(read, pixels, { digit: 3, other: 5, ...asked })].at(-1), 3);

test("the part without which it would be another digit decided", () => {
  const byTopRight = decidingBy((picture) => (hasInk(picture, 6, 15) ? 3 : 5));
  assert.equal(sentence(byTopRight), "The stroke at the top right made it a 3, not a 5.");
  const byMiddle = decidingBy((picture) => (hasInk(picture, 14, 9) ? 3 : 8));
  assert.equal(sentence(byMiddle), "The stroke in the middle made it a 3, not an 8.");
});

test("where no ninth decides, a third may", () => {
  const byEitherHalf = decidingBy((picture) => (hasInk(picture, 24, 5) || hasInk(picture, 24, 9) || hasInk(picture, 24, 15) ? 3 : 9));
  assert.equal(sentence(byEitherHalf), "The bottom third made it a 3, not a 9.");
});

test("another digit that is not clear is not named", () => {
  const unclear = (picture) => decidingBy((it) => (hasInk(it, 6, 15) ? 3 : 5), hasInk(picture, 6, 15) ? 0.9 : 0.4)(picture);
  assert.equal(sentence(unclear), "The stroke at the top right counts most: without it, no digit would be clear.");
});

test("where it stays the same without any part, that is said", () => {
  const always = decidingBy(() => 3);
  assert.equal(sentence(always), "No part decides alone: without any one of them, it would still be a 3.");
});

test("of a doubtful answer it is said what speaks for each digit, and of no digit that there is none", () => {
  const torn = (picture) => {
    const sums = new Float32Array(10);
    [sums[3], sums[5]] = [hasInk(picture, 4, 5) ? 3 : 1, hasInk(picture, 24, 5) ? 2 : 1];
    return { sums, activations: Array.from(sums, (sum) => sum / 6) };
  };
  assert.equal(sentence(torn, { doubt: "unclear" }), "The stroke at the top left speaks for 3, the stroke at the bottom left for 5.");
  assert.equal(sentence(decidingBy(() => 3, 0.113), { doubt: "not_a_digit" }), "No output rises above 12 %: not a digit.");
});

test("each pixel of ink lies in one ninth", () => {
  const isIn = partsOfInk(pixels);
  const topRight = { row: (third) => third === 0, column: (third) => third === 2 };
  assert.ok(isIn(at(4, 15), topRight) && isIn(at(10, 12), topRight));
  assert.ok(!isIn(at(11, 15), topRight) && !isIn(at(4, 11), topRight));
});

test("of several parts the one that would make it the runner-up decided, however clear another digit is", () => {
  const byTwo = (picture) => decidingBy((it) => (hasInk(it, 6, 15) ? (hasInk(it, 24, 5) ? 3 : 5) : 8), hasInk(picture, 6, 15) ? 0.7 : 0.9)(picture);
  assert.equal(sentence(byTwo), "The stroke at the bottom left made it a 3, not a 5.");
  assert.equal(sentence(byTwo, { other: 8 }), "The stroke at the top right made it a 3, not an 8.");
  assert.equal(sentence(byTwo, { other: 9 }), "The stroke at the top right made it a 3, not an 8.");
});

test("of a pair no third digit is named, and one that is not read was made by no part", () => {
  const byTopRight = decidingBy((picture) => (hasInk(picture, 6, 15) ? 3 : 5));
  assert.equal(sentence(byTopRight, { isPair: true }), "The stroke at the top right made it a 3, not a 5.");
  assert.equal(sentence(byTopRight, { other: 8, isPair: true }), "The stroke at the top right speaks most for 3.");
  assert.equal(sentence(byTopRight, { digit: 8, other: 3, isPair: true }), "The stroke at the top right speaks most for 3.");
});

test("the page can do something else before each computation", () => {
  let computed = 0;
  const read = (picture) => ++computed && decidingBy(() => 3)(picture);
  const steps = Array.from(findReason(read, pixels, { digit: 3, other: 5 }), (reason) => [computed, reason?.kind]);
  assert.deepEqual(steps, [...Array.from({ length: 14 }, (_, step) => [step + 1, undefined]), [15, "none"]]);
});
