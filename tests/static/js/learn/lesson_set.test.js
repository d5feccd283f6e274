import assert from "node:assert/strict";
import { test } from "node:test";
import { halfOf, heldBack, labelled, parseLessonSet, split } from "../../../../static/js/learn/lesson_set.js";

test("every third digit is held back, evenly among the labels", () => {
  const labels = Array.from({ length: 60 }, (_, n) => n % 10);
  const held = heldBack(labels);
  for (let label = 0; label < 10; label++) {
    assert.equal(held.filter((isHeld, place) => isHeld && labels[place] === label).length, 2);
  }
});

test("with three digits one is held back, whatever their order; with fewer none", () => {
  for (const labels of [[1, 2, 3], [3, 2, 1], [7, 7, 7]]) assert.equal(heldBack(labels).filter(Boolean).length, 1);
  assert.deepEqual(heldBack([1, 2]), [false, false]);
});

test("each picture stays with its label when digits are held back", () => {
  const images = new Uint8Array(30 * 784);
  for (let n = 0; n < 30; n++) images[n * 784] = n;
  const { learnt, heldBack: held } = split({ images, labels: Array.from({ length: 30 }, (_, n) => n % 10) });
  assert.deepEqual([learnt.labels.length, held.labels.length], [20, 10]);
  for (const { inputs, labels } of [learnt, held]) {
    labels.forEach((label, n) => assert.equal(Math.round(255 * inputs[n * 784]) % 10, label));
  }
});

test("one half of the digits is 0 to 4, and each picture stays with its label when the other is left out", () => {
  const inputs = Float32Array.from({ length: 10 * 784 }, (_, place) => Math.floor(place / 784));
  const first = labelled({ inputs, labels: Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]) }, (label) => halfOf(label) === 0);
  assert.deepEqual([[...first.labels], first.inputs[0], first.inputs.at(-1)], [[4, 3, 2, 1, 0], 5, 9]);
});

test("a lesson set of another size is refused", () => {
  assert.throws(() => parseLessonSet(new ArrayBuffer(14_000 * 785 - 1)), RangeError);
  const bytes = new Uint8Array(14_000 * 785);
  [bytes[12_000], bytes[14_000 + 12_000 * 784]] = [7, 255];
  const { train, test: measured } = parseLessonSet(bytes.buffer);
  assert.deepEqual([train.labels.length, measured.labels[0], measured.inputs[0], train.inputs.length], [12_000, 7, 1, 12_000 * 784]);
});
