import assert from "node:assert/strict";
import { test } from "node:test";
import { words } from "../../../../static/js/draw/draw_words.js";

const activations = (rest, others) => Array.from({ length: 10 }, (_, digit) => others[digit] ?? rest);

test("a digit without a rival is said with what no other digit reaches", () => {
  assert.equal(words.inPercent(activations(0.0001, { 7: 0.9991 })), "7: over 99 %, nothing else above 1 %");
});

test("each digit of a fifth or more is named, the largest first", () => {
  const said = words.inPercent(activations(0.004, { 1: 0.35, 7: 0.62, 9: 0.012 }));
  assert.equal(said, "7: 62 %, 1: 35 %, nothing else above 2 %");
});

test("no digit is named where all are small", () => {
  assert.equal(words.inPercent(activations(0.1, {})), "nothing above 10 %");
});
