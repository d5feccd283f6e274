import assert from "node:assert/strict";
import { test } from "node:test";
import { wilsonInterval } from "../../../../static/js/ui/format.js";

const toFourPlaces = (interval) => interval.map((bound) => bound.toFixed(4));

// The expected bounds are those of scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson").
test("the interval is Wilson's", () => {
  assert.deepEqual(toFourPlaces(wilsonInterval(5, 9)), ["0.2667", "0.8112"]);
  assert.deepEqual(toFourPlaces(wilsonInterval(115, 120)), ["0.9062", "0.9821"]);
});

test("it stays between 0 and 1, and is not empty where all or none are right", () => {
  assert.deepEqual(toFourPlaces(wilsonInterval(21, 21)), ["0.8454", "1.0000"]);
  assert.deepEqual(toFourPlaces(wilsonInterval(0, 4)), ["0.0000", "0.4899"]);
});
