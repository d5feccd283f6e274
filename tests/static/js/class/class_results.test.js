import assert from "node:assert/strict";
import { test } from "node:test";
import { confusionMatrix, isRight, mistakes, score } from "../../../../static/js/class/confusion_matrix.js";
import { sizeFor } from "../../../../static/js/class/digit_pictures.js";
import { features, groupsOf } from "../../../../static/js/class/handwriting_groups.js";
import { digitsOf } from "../../../../static/js/class/sheets.js";
import { sheet } from "./sheets.mjs";

const SHEETS = [
  sheet(1, [
    { label: 7 },
    { label: 7, read: 1, confidence: 0.95 },
    { label: 7, read: 1, confidence: 0.6 },
    { label: 7, read: 2, confidence: 0.99 },
    { label: 1 },
    { label: 0, image: null },
  ]),
];
const ids = (digits) => digits.map(({ id }) => id);

test("a cell has the digits of its row that were read as its column, the most confident first", () => {
  const matrix = confusionMatrix(digitsOf(SHEETS), "convnet");
  assert.deepEqual(matrix[7].map(ids), [[], ["1-1", "1-2"], ["1-3"], [], [], [], [], ["1-0"], [], []]);
  assert.deepEqual(ids(matrix[1][1]), ["1-4"]);
  assert.equal(matrix.flat(2).length, 5);
});

test("of the mistakes, those that the network was certain of come first, and then the most confident", () => {
  const doubtful = { label: 8, read: 3, confidence: 0.8 };
  const digits = digitsOf([...SHEETS, sheet(2, [doubtful])]);
  assert.deepEqual(ids(mistakes(digits, "convnet")), ["1-3", "1-1", "2-0", "1-2"]);
  digits.at(-1).readings[0].certain = true;
  assert.deepEqual(ids(mistakes(digits, "convnet")), ["1-3", "1-1", "2-0", "1-2"]);
  digits[1].readings[0].certain = false;
  assert.deepEqual(ids(mistakes(digits, "convnet")), ["1-3", "2-0", "1-1", "1-2"]);
});

test("what was written decides what is right: a correction changes it", () => {
  assert.deepEqual(score(digitsOf(SHEETS), "convnet"), { n_right: 2, n_total: 5 });
  const corrected = digitsOf(SHEETS).map((digit) => (digit.id === "1-3" ? { ...digit, label: 2 } : digit));
  assert.deepEqual(score(corrected, "convnet"), { n_right: 3, n_total: 5 });
  assert.ok(isRight(corrected[3], "convnet"));
});

test("a network that did not read the sheet has read nothing", () => {
  assert.deepEqual(score(digitsOf(SHEETS), "mlp"), { n_right: 0, n_total: 0 });
  assert.equal(confusionMatrix(digitsOf(SHEETS), "mlp").flat(2).length, 0);
  assert.deepEqual(mistakes(digitsOf(SHEETS), "mlp"), []);
});

/** Returns a seven, drawn with lines of squares; its stem ends further left or right. */
function seven(foot, hasBar, thickness = 2) {
  const pixels = new Uint8Array(784);
  const dot = (x, y) => {
    for (let row = 0; row < thickness; row++) pixels.fill(255, (y + row) * 28 + x, (y + row) * 28 + x + thickness);
  };
  for (let step = 0; step <= 12; step++) dot(7 + step, 4);
  for (let step = 0; step <= 18; step++) dot(Math.round(19 - (step * (19 - foot)) / 18), 4 + step);
  for (let step = 0; hasBar && step <= 12; step++) dot(8 + step, 14);
  return pixels;
}

test("sevens with a bar and without are two groups, the larger first, whatever their slant and pen", () => {
  const drawn = [
    [8, true], [12, false], [10, true], [9, false], [11, true, 3], [11, false, 3], [8, false], [13, false],
  ].map((each) => seven(...each));
  assert.deepEqual(groupsOf(drawn, 2), [[1, 3, 5, 6, 7], [0, 2, 4]]);
});

test("the order of the pictures changes nothing but their places", () => {
  const drawn = [seven(8, true), seven(12, false), seven(9, true)];
  assert.deepEqual(groupsOf(drawn, 2), [[0, 2], [1]]);
  assert.deepEqual(groupsOf(drawn.toReversed(), 2), [[0, 2], [1]]);
});

test("there are no more groups than pictures", () => {
  assert.deepEqual(groupsOf([seven(8, true)], 3), [[0]]);
  assert.deepEqual(groupsOf([], 3), []);
});

test("two clusters are as far apart as Ward's method says", () => {
  // Unit vectors far from each other, but for two: those are joined first, and the third picture is alone at two groups.
  const dot = (place) => new Uint8Array(784).fill(255, place, place + 1);
  assert.deepEqual(groupsOf([dot(0), dot(783), dot(2)], 2), [[0, 2], [1]]);
});

test("blurring spreads a dot over its neighbours evenly, and makes it a vector of length 1", () => {
  const picture = features(new Uint8Array(784).fill(255, 14 * 28 + 14, 14 * 28 + 15));
  const at = (row, column) => picture[row * 28 + column];
  assert.ok(at(14, 14) > at(14, 15) && at(14, 15) > at(14, 16));
  assert.equal(at(14, 12), at(14, 16));
  assert.equal(at(12, 14), at(14, 12));
  assert.ok(Math.abs(Math.hypot(...picture) - 1) < 1e-12);
  assert.deepEqual(features(new Uint8Array(784)), new Float64Array(784));
});

test("the more digits a class wrote, the smaller they are printed: on one page if they stay large, or else on two", () => {
  const sizes = [1, 12, 17, 21, 22, 45, 90].map((pupils) => sizeFor(Array(10).fill(pupils)));
  assert.deepEqual(sizes, [10, 10, 10, 8, 13, 10, 6.5]);
});
