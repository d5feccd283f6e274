import assert from "node:assert/strict";
import { test } from "node:test";
import { bordersOf, inWords, levelsOf, partings, rowsOf, sentenceOf, signOfDigit } from "../../../../static/js/columns/heard.js";

const sign = (first, last, likeliest, agrees = true) => ({ first, last, likeliest, agrees });
const strip = {
  lines: [1],
  frames: [[["blank", 1]], [["3", 0.9], ["8", 0.09], ["?", 0.004]], [["blank", 1]], [["blank", 0.75], [".", 0.25]], [[".", 1]], [["1", 1]]],
  signs: [sign(1, 1, [["3", 0.9], ["8", 0.09]]), sign(4, 4, [[".", 1]], null), sign(5, 6, [["1", 1]], false)],
};

test("a strip has a row for each sign that occurs, from 0 to 9, then the marks and the blank", () => {
  const rows = rowsOf(strip);
  assert.deepEqual(rows, ["1", "3", "8", ".", "blank"]);
  assert.deepEqual(levelsOf(strip, rows).slice(18, 24), [0, 0, 0, 0.5, 1, 0]); // of the point
});

test("a column belongs to the nearest sign", () => {
  assert.deepEqual(bordersOf(strip), [3, 5, 6]);
});

test("a digit of an answer is found in the strip of its line", () => {
  const digits = [{ line: 0 }, { line: 1 }, { line: 1 }];
  assert.equal(signOfDigit(strip, digits, 2), strip.signs[2]);
  assert.equal(signOfDigit({ lines: [], signs: strip.signs.slice(1, 2) }, [{ line: 0 }], 0), strip.signs[1]); // of a mark alone
});

test("what is read is said in words, with what is likely besides", () => {
  assert.equal(inWords(strip.frames[1]), "3, 90 %; 8, 9 %; another sign, <1 %");
  assert.equal(sentenceOf(strip.signs[0]), "3, 90 %, column 2; perhaps 8, 9 %");
  assert.equal(sentenceOf(strip.signs[2]), "1, >99 %, columns 6 to 7");
});

test("two readings part where the networks differ, and in the least certain sign", () => {
  assert.deepEqual(partings(strip), [
    "Column 6: the network of lines reads 1, the network of digits another digit.",
    "Next likeliest: 8.1, 9 %.",
  ]);
  assert.deepEqual(partings({ signs: [sign(1, 1, [["7", 1]])] }), []);
});
