import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64 } from "../../../../static/js/base64.js";
import { heldBack, rememberedCount, thinned, toRequestMember } from "../../../../static/js/learn/own_digits.js";

/** Digits of which each has its number as its first pixel. */
function digits(count) {
  const images = new Uint8Array(count * 784);
  for (let n = 0; n < count; n++) images[n * 784] = n % 256;
  return { images, labels: Array.from({ length: count }, (_, n) => n % 10) };
}

test("every third digit is held back, evenly among the labels", () => {
  const { labels } = digits(60);
  const held = heldBack(labels);
  for (let label = 0; label < 10; label++) {
    assert.equal(held.filter((isHeld, place) => isHeld && labels[place] === label).length, 2);
  }
});

test("with three digits one is held back, whatever their order; with fewer none", () => {
  for (const labels of [[1, 2, 3], [3, 2, 1], [7, 7, 7]]) assert.equal(heldBack(labels).filter(Boolean).length, 1);
  assert.deepEqual(heldBack([1, 2]), [false, false]);
});

test("the same digits are held back each time, so that two trainings are measured on the same", () => {
  assert.deepEqual(heldBack([3, 1, 3, 3, 1]), heldBack([3, 1, 3, 3, 1]));
});

test("of more than the server takes some are left out evenly, each picture with its label", () => {
  const { images, labels } = thinned(digits(2560));
  assert.deepEqual([labels.length, images.length], [1000, 784_000]);
  labels.forEach((label, n) => assert.equal(images[n * 784], Math.floor(2.56 * n) % 256));
  assert.deepEqual(labels.slice(0, 4), [0, 2, 5, 7]);
});

test("the request has a picture, a label and a mark for each", () => {
  const { images, labels, held_back } = toRequestMember(digits(30));
  assert.deepEqual([fromBase64(images).length, labels.length, held_back.length], [30 * 784, 30, 30]);
});

test("four of MNIST's digits are remembered for each that is learnt, from ten to what the server has", () => {
  const counts = [3, 30, 5000].map((count) => rememberedCount(toRequestMember(digits(count))));
  assert.deepEqual(counts, [10, 80, 2668]);
});
