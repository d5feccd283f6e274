import assert from "node:assert/strict";
import { test } from "node:test";
import { heightScale, linePath, roundLimit, stepScale, stepTicks } from "../../../../static/js/learn/scales.js";

test("each ten times as many mini-batches are as far away", () => {
  const x = stepScale(999, 300);
  assert.deepEqual([0, 9, 99, 999].map((step) => Math.round(x(step))), [0, 100, 200, 300]);
  assert.deepEqual(stepTicks(3600), [0, 1, 10, 100, 1000]);
  assert.equal(stepScale(0, 300)(0), 0);
});

test("the axis ends at a round number that no value exceeds", () => {
  assert.equal(roundLimit([0.3, 1.4]), 2);
  assert.equal(roundLimit([0.05]), 0.05);
  assert.equal(roundLimit([7]), 10);
  assert.equal(roundLimit([0]), 1);
  assert.equal(roundLimit([null, NaN, Infinity, 3]), 5);
});

test("values beyond the axis lie at its ends", () => {
  const y = heightScale(2, 100);
  assert.deepEqual([y(0), y(1), y(2), y(5)], [100, 50, 0, 0]);
});

test("a line is interrupted where there is no number", () => {
  const points = [1, null, 2, 3, null].map((y, x) => ({ x, y }));
  assert.equal(linePath(points), "M0.0 1.0M2.0 2.0L3.0 3.0");
});
