import assert from "node:assert/strict";
import { test } from "node:test";
import { added, broughtBack, corrected, keptAnswer, labels, reduced, without } from "../../../../static/js/readings/reading_list.js";

const digit = (value, certain = true) => ({ digit: value, certain });
const reading = (time_ms, others = {}) => ({
  time_ms,
  picture: null,
  correction: null,
  answer: { text: "27", certain: true, digits: [digit(2), digit(7)] },
  ...others,
});
const times = (readings) => readings.map(({ time_ms }) => time_ms);
const doubtful = { text: "27", certain: false, digits: [digit(2), digit(7, false)] };

test("the newest is first, and those that were removed come back to their places", () => {
  const all = [1, 2, 3, 4].reduce((readings, time_ms) => added(readings, reading(time_ms)), []);
  assert.deepEqual(times(all), [4, 3, 2, 1]);
  const rest = without(without(all, 2), 4);
  assert.deepEqual(times(rest), [3, 1]);
  assert.deepEqual(times(broughtBack(rest, [reading(4), reading(2)])), [4, 3, 2, 1]);
});

test("a hundred are kept, and the oldest gives way", () => {
  const all = Array.from({ length: 101 }, (_, place) => place).reduce((list, time_ms) => added(list, reading(time_ms)), []);
  assert.equal(all.length, 100);
  assert.equal(all.at(-1).time_ms, 1);
});

test("where large pictures take too much room the oldest picture goes, and its reading stays", () => {
  const large = (time_ms) => reading(time_ms, { picture: "x".repeat(900_000) });
  const all = [1, 2, 3].reduce((readings, time_ms) => added(readings, large(time_ms)), []);
  assert.deepEqual(times(all), [3, 2, 1]);
  assert.deepEqual(
    all.map(({ picture }) => picture !== null),
    [true, true, false],
  );
});

test("without pictures the oldest reading goes", () => {
  assert.deepEqual(times(reduced([reading(2), reading(1)])), [2]);
  assert.deepEqual(reduced([]), []);
});

test("a correction changes one reading, leaves its answer, and lines stay lines", () => {
  const [second, first] = corrected([reading(2), reading(1)], 1, " 27  3 ");
  assert.equal(second.correction, null);
  assert.equal(first.correction, "27\n3");
  assert.deepEqual(first.answer, reading(1).answer);
});

test("digits of a certain answer are labelled as read, and none of an answer that is not", () => {
  assert.deepEqual(labels(reading(1)), [2, 7]);
  assert.deepEqual(labels(reading(1, { answer: doubtful })), [null, null]);
});

test("a correction labels each digit where it has as many, marks left out, and else none", () => {
  assert.deepEqual(labels(reading(1, { answer: doubtful, correction: "-2.1" })), [2, 1]);
  assert.deepEqual(labels(reading(1, { correction: "217" })), [null, null]);
});

test("an answer is kept without the insides, and without its sentence, which is in one language", () => {
  const shared = { certain: true, doubt: null, model: "convnet", left_out: [], width: 280, height: 280 };
  const four = { digit: 4, certain: true, doubt: null, confidence: 0.99, activations: [0.01], image: "data:," };
  const found = { ...four, box: [0, 0, 9, 9], line: 0 };
  const kept = { text: "4", digits: [found], ...shared };
  const insides = { layers: [1], output_layer: {}, networks: [1] };
  assert.deepEqual(keptAnswer({ ...kept, digits: [{ ...found, ...insides }], message: "", stages: [1] }), kept);
});
