import assert from "node:assert/strict";
import { test } from "node:test";
import { heightScale, linePath, roundLimit, stepScale, stepTicks } from "../../../../static/js/ui/chart.js";
import { inPercent, wilsonInterval } from "../../../../static/js/ui/format.js";

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

const toFourPlaces = (interval) => interval.map((bound) => bound.toFixed(4));

// The expected bounds are those of scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson").
test("the interval is Wilson's", () => {
  assert.deepEqual(toFourPlaces(wilsonInterval(5, 9)), ["0.2667", "0.8112"]);
  assert.deepEqual(toFourPlaces(wilsonInterval(115, 120)), ["0.9062", "0.9821"]);
});

test("the interval stays between 0 and 1, and is not empty where all or none are right", () => {
  assert.deepEqual(toFourPlaces(wilsonInterval(21, 21)), ["0.8454", "1.0000"]);
  assert.deepEqual(toFourPlaces(wilsonInterval(0, 4)), ["0.0000", "0.4899"]);
});

const activations = (rest, others) => Array.from({ length: 10 }, (_, digit) => others[digit] ?? rest);

test("the share of a digit without a rival is said, and never as 100 %", () => {
  assert.equal(inPercent(activations(0.0001, { 7: 0.9991 })), "over 99 %");
  assert.equal(inPercent(activations(0.01, { 7: 0.88 })), "88 %");
});

test("each digit of a fifth or more is named, the largest first", () => {
  const said = inPercent(activations(0.004, { 1: 0.35, 7: 0.62, 9: 0.012 }));
  assert.equal(said, "7: 62 %, 1: 35 %");
});

test("no digit is named where all are small", () => {
  assert.equal(inPercent(activations(0.1, {})), "nothing above 10 %");
});
