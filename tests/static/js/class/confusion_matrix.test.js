import assert from "node:assert/strict";
import { test } from "node:test";
import { confusionMatrix, isRight, mistakes, score } from "../../../../static/js/class/confusion_matrix.js";
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
