import assert from "node:assert/strict";
import { test } from "node:test";
import {
  digitsOf,
  relabelled,
  sameSheet,
  withoutSheet,
  withRemoved,
  withSheet,
} from "../../../../static/js/class/sheets.js";
import { ink, sheet } from "./sheets.mjs";

const EMPTY = { image: null };

test("digits are what is in the boxes that are neither empty nor removed, of all sheets", () => {
  const sheets = [sheet(1, [{ label: 0 }, EMPTY, { label: 2 }]), sheet(2, [{ label: 3 }])];
  assert.deepEqual(digitsOf(sheets).map(({ id }) => id), ["1-0", "1-2", "2-0"]);
  const without = withRemoved(sheets, "1-2", true);
  assert.deepEqual(digitsOf(without).map(({ label }) => label), [0, 3]);
  assert.deepEqual(withRemoved(without, "1-2", false), sheets);
});

test("a correction changes the label of one box, and keeps its column", () => {
  const sheets = [sheet(1, [{ label: 7 }, { label: 1 }]), sheet(2, [{ label: 7 }])];
  const [first, second] = relabelled(sheets, "1-0", 2);
  assert.deepEqual(first.boxes.map(({ label, column }) => [label, column]), [[2, 7], [1, 1]]);
  assert.equal(second, sheets[1]);
  assert.equal(sheets[0].boxes[0].label, 7);
});

test("a sheet is added, replaced in its place, and removed", () => {
  const sheets = withSheet(withSheet([], sheet(1, [{}])), sheet(2, [{}]));
  assert.deepEqual(sheets.map(({ id }) => id), [1, 2]);
  assert.deepEqual(withSheet(sheets, sheet(3, [{}]), 1).map(({ id }) => id), [3, 2]);
  assert.deepEqual(withoutSheet(sheets, 1).map(({ id }) => id), [2]);
});

test("another photograph of a sheet is noticed, but neither another page nor other writers", () => {
  const places = [4, 6, 8, 10, 12, 14, 16, 18, 20, 21];
  const first = sheet(1, places.map((place) => ({ image: ink(place, place, 7) })));
  const again = sheet(2, places.map((place) => ({ image: ink(place, place, 6) })));
  const others = sheet(3, places.map((place) => ({ image: ink(27 - place, 0, 7) })));
  assert.equal(sameSheet([others, first], again), first);
  assert.equal(sameSheet([others], again), undefined);
  assert.equal(sameSheet([{ ...first, layout: { ...first.layout, page: 2 } }], again), undefined);
});

test("a sheet that was continued is the same; what is alike in a few boxes, or blank, is not taken for it", () => {
  const filled = (count) => Array.from({ length: 10 }, (_, place) => (place < count ? {} : EMPTY));
  assert.ok(sameSheet([sheet(1, filled(5))], sheet(2, filled(10))));
  assert.equal(sameSheet([sheet(1, filled(4))], sheet(2, filled(10))), undefined);
  assert.equal(sameSheet([sheet(1, filled(0))], sheet(2, filled(0))), undefined);
});
