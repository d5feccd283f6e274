import assert from "node:assert/strict";
import { test } from "node:test";
import { strongestParts } from "../../../../static/js/inside/attribution.js";

const at = (row, column) => 28 * row + column;

/** Ink from row 4 to 21 and column 10 to 18: parts of 6 rows and 3 columns. */
function digit(contributions) {
  const pixels = new Float64Array(784);
  pixels[at(4, 10)] = pixels[at(21, 18)] = 1;
  const all = new Array(784).fill(0);
  for (const [place, contribution] of contributions) {
    pixels[place] = 1;
    all[place] = contribution;
  }
  return strongestParts(pixels, all);
}

test("the parts with the largest and the smallest sum are named, not those of single pixels", () => {
  const top = [[at(4, 13), 2], [at(9, 15), 2]]; // the first and the last pixel of the part
  const others = [[at(4, 12), 3], [at(10, 13), -1], [at(21, 18), -1.5], [at(16, 16), -1]];
  assert.deepEqual(digit([...top, ...others]), { up: { part: 1, sum: 4 }, down: { part: 8, sum: -2.5 } });
});

test("nothing is named where no part is for or against", () => {
  assert.deepEqual(digit([[at(12, 14), 1]]), { up: { part: 4, sum: 1 }, down: null });
  assert.deepEqual(digit([[at(12, 14), -1]]), { up: null, down: { part: 4, sum: -1 } });
});
