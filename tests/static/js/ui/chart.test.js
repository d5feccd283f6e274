import assert from "node:assert/strict";
import { test } from "node:test";
import { heightScale, linePath, roundLimit, stepScale, stepTicks } from "../../../../static/js/ui/chart.js";

test("the first mini-batches have room on a logarithmic axis, and their share on a linear one", () => {
  const logarithmic = stepScale(999, 300, true);
  assert.deepEqual([logarithmic(0), Math.round(logarithmic(9)), logarithmic(999)], [0, 100, 300]);
  assert.deepEqual([0, 9, 999].map(stepScale(999, 999, false)), [0, 9, 999]);
  assert.equal(stepScale(0, 300, true)(0), 0);
});

test("there are marks at powers of ten, or at even steps, and none beyond the end", () => {
  assert.deepEqual(stepTicks(3600, true), [0, 1, 10, 100, 1000]);
  assert.deepEqual(stepTicks(3600, false), [0, 1000, 2000, 3000]);
  assert.deepEqual(stepTicks(5, true), [0, 1]);
});

test("an axis ends at a round number above all values, whatever they are", () => {
  assert.equal(roundLimit([0.13, null, 0.42]), 0.5);
  assert.equal(roundLimit([null]), 1);
  assert.equal(heightScale(2, 100)(3), 0);
  assert.equal(heightScale(2, 100)(0.5), 75);
});

test("a value that is missing interrupts the line", () => {
  const points = [{ x: 0, y: 1 }, { x: 1, y: null }, { x: 2, y: 3 }, { x: 3, y: 4 }];
  assert.equal(linePath(points), "M0.0 1.0M2.0 3.0L3.0 4.0");
});
