import assert from "node:assert/strict";
import { test } from "node:test";
import { features, groupsOf } from "../../../../static/js/class/handwriting_groups.js";

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
